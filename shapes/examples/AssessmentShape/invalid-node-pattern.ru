# An assessment whose address has an accent.
DELETE { <id/assessment/barcelona-2013-report> ?p ?o }
INSERT { <id/assessment/barcelona-2013-reporé> ?p ?o }
WHERE { <id/assessment/barcelona-2013-report> ?p ?o }
