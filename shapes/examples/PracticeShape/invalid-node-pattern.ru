# A practice whose address has a capital letter and an underscore.
DELETE { <id/practice/peer-mentors> ?p ?o }
INSERT { <id/practice/Peer_Mentors> ?p ?o }
WHERE { <id/practice/peer-mentors> ?p ?o } ;
DELETE { ?s ?p <id/practice/peer-mentors> }
INSERT { ?s ?p <id/practice/Peer_Mentors> }
WHERE { ?s ?p <id/practice/peer-mentors> }
