# A practice whose key is a number.
DELETE DATA { <id/practice/peer-mentors> dcterms:identifier "peer-mentors" } ;
INSERT DATA { <id/practice/peer-mentors> dcterms:identifier 7 }
