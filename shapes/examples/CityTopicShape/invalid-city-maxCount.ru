# A city-topic link with two cities.
INSERT { <id/city/bilbao> ?p ?o }
WHERE { <id/city/barcelona> ?p ?o } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:city <id/city/bilbao> }
