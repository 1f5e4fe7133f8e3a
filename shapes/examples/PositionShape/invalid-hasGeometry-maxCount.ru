# A city with two points.
INSERT { <id/city/barcelona#point> ?p ?o }
WHERE { <id/city/barcelona#geometry> ?p ?o } ;
INSERT DATA { <id/city/barcelona> geosparql:hasGeometry <id/city/barcelona#point> }
