# A practice whose impact has no language.
DELETE DATA { <id/practice/peer-mentors> icc:impact "Of 120 pairs, 90 still meet after a year."@en } ;
INSERT DATA { <id/practice/peer-mentors> icc:impact "Of 120 pairs, 90 still meet after a year." }
