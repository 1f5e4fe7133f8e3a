# A practice whose stimulus has no language.
DELETE DATA { <id/practice/peer-mentors> icc:stimulus "Half of the newcomers knew nobody outside their family."@en } ;
INSERT DATA { <id/practice/peer-mentors> icc:stimulus "Half of the newcomers knew nobody outside their family." }
