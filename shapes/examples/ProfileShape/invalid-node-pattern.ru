# A profile whose address has an accent.
DELETE { <id/profile/barcelona-2012> ?p ?o }
INSERT { <id/profile/barcelona-201é> ?p ?o }
WHERE { <id/profile/barcelona-2012> ?p ?o }
