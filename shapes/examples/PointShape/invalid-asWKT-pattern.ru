# A point with a height.
DELETE DATA { <id/city/barcelona#geometry> geosparql:asWKT "POINT(2.15899 41.38879)"^^geosparql:wktLiteral } ;
INSERT DATA { <id/city/barcelona#geometry> geosparql:asWKT "POINT Z(2.15899 41.38879 12)"^^geosparql:wktLiteral }
