# A practice whose title is blank.
DELETE DATA { <id/practice/peer-mentors> dcterms:title "Peer mentors"@en } ;
INSERT DATA { <id/practice/peer-mentors> dcterms:title "  "@en }
