# A practice whose key has a capital letter and a space.
DELETE DATA { <id/practice/peer-mentors> dcterms:identifier "peer-mentors" } ;
INSERT DATA { <id/practice/peer-mentors> dcterms:identifier "Peer-mentors one" }
