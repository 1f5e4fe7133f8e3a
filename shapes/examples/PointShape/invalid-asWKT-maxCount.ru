# A point that is written twice.
INSERT DATA { <id/city/barcelona#geometry> geosparql:asWKT "POINT(2.2 41.4)"^^geosparql:wktLiteral }
