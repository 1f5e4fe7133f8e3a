# A profile about two places.
INSERT { <id/city/girona> ?p ?o }
WHERE { <id/city/barcelona> ?p ?o } ;
INSERT DATA { <id/profile/barcelona-2012> icc:city <id/city/girona> }
