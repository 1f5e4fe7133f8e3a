# A membership about two places.
INSERT { <id/city/girona> ?p ?o }
WHERE { <id/city/barcelona> ?p ?o } ;
INSERT DATA { <id/membership/reci-barcelona-1> org:member <id/city/girona> }
