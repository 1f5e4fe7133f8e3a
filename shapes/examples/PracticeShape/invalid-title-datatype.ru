# A practice whose title has no language.
DELETE DATA { <id/practice/peer-mentors> dcterms:title "Peer mentors"@en } ;
INSERT DATA { <id/practice/peer-mentors> dcterms:title "Peer mentors" }
