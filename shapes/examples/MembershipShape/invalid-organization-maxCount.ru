# A membership in two networks.
INSERT { <id/network/rpci> ?p ?o }
WHERE { <id/network/reci> ?p ?o } ;
INSERT DATA { <id/membership/reci-barcelona-1> org:organization <id/network/rpci> }
