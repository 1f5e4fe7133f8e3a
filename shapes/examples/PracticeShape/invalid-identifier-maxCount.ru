# A practice with two keys.
INSERT DATA { <id/practice/peer-mentors> dcterms:identifier "peer-mentors-2" }
