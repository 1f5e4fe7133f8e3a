# A city without coordinates: a warning.
DELETE DATA { <id/city/barcelona> geo:lat 41.38879 ; geo:long 2.15899 ; geosparql:hasGeometry <id/city/barcelona#geometry> }
