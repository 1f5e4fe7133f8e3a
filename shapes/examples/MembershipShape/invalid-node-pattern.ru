# A membership whose address has an accent.
DELETE { <id/membership/reci-barcelona-1> ?p ?o }
INSERT { <id/membership/reci-barcelona-é> ?p ?o }
WHERE { <id/membership/reci-barcelona-1> ?p ?o }
