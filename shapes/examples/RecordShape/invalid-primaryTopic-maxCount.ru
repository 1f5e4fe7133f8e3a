# A record of two practices.
INSERT { <id/practice/reading-circle> ?p ?o }
WHERE { <id/practice/peer-mentors> ?p ?o } ;
INSERT DATA { <practice/peer-mentors> foaf:primaryTopic <id/practice/reading-circle> }
