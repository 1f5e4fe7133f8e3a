# An assessment about two places.
INSERT { <id/city/girona> ?p ?o }
WHERE { <id/city/barcelona> ?p ?o } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:city <id/city/girona> }
