# A city-topic link to a practice in another city.
INSERT { <id/city/bilbao> ?p ?o }
WHERE { <id/city/barcelona> ?p ?o FILTER (?o != "Barcelona"@en) } ;
INSERT DATA { <id/city/bilbao> rdfs:label "Bilbao"@en } ;
DELETE DATA { <id/practice/peer-mentors> icc:city <id/city/barcelona> } ;
INSERT DATA { <id/practice/peer-mentors> icc:city <id/city/bilbao> }
