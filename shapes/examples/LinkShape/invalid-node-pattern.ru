# An address that does not name the item.
DELETE { <id/city/barcelona#link-Q1492> ?p ?o }
INSERT { <id/city/barcelona#wikidata> ?p ?o }
WHERE { <id/city/barcelona#link-Q1492> ?p ?o }
