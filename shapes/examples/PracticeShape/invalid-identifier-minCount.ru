# A practice without a key.
DELETE DATA { <id/practice/peer-mentors> dcterms:identifier "peer-mentors" }
