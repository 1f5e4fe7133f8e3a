# A practice whose key has 81 characters.
DELETE DATA { <id/practice/peer-mentors> dcterms:identifier "peer-mentors" } ;
INSERT DATA { <id/practice/peer-mentors> dcterms:identifier "a-very-long-key-that-goes-on-and-on-a-very-long-key-that-goes-on-and-on-a-very-lo" }
