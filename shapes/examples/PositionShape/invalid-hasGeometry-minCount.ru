# A city with coordinates and no point.
DELETE DATA { <id/city/barcelona> geosparql:hasGeometry <id/city/barcelona#geometry> }
