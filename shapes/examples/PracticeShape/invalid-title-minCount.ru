# A practice without a title.
DELETE DATA { <id/practice/peer-mentors> dcterms:title "Peer mentors"@en }
