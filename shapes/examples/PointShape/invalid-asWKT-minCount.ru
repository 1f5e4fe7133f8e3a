# A point without a text.
DELETE DATA { <id/city/barcelona#geometry> geosparql:asWKT "POINT(2.15899 41.38879)"^^geosparql:wktLiteral }
