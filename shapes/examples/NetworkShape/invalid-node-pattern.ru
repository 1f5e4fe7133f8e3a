# A network whose address has an accent.
DELETE { <id/network/reci> ?p ?o }
INSERT { <id/network/recé> ?p ?o }
WHERE { <id/network/reci> ?p ?o }
