# Two cities of one country and kind with the same name.
INSERT { <id/city/bilbao> ?p ?o }
WHERE { <id/city/barcelona> ?p ?o }
