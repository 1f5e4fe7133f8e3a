# A document whose address has an accent.
DELETE { <id/guidance/step-by-step> ?p ?o }
INSERT { <id/guidance/step-by-steé> ?p ?o }
WHERE { <id/guidance/step-by-step> ?p ?o }
