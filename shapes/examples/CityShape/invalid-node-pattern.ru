# A city whose address has an accent.
DELETE { <id/city/barcelona> ?p ?o }
INSERT { <id/city/barcelóna> ?p ?o }
WHERE { <id/city/barcelona> ?p ?o }
