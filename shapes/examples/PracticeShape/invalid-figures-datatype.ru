# A practice whose figures have no language.
DELETE DATA { <id/practice/peer-mentors> icc:figures "In 2018, 120 pairs in nine districts."@en } ;
INSERT DATA { <id/practice/peer-mentors> icc:figures "In 2018, 120 pairs in nine districts." }
