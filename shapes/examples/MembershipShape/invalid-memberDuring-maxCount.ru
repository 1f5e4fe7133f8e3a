# A membership with two intervals.
INSERT { <id/membership/reci-barcelona-1#again> ?p ?o }
WHERE { <id/membership/reci-barcelona-1#during> ?p ?o } ;
INSERT DATA { <id/membership/reci-barcelona-1> org:memberDuring <id/membership/reci-barcelona-1#again> }
