# A practice whose period is a plain text.
DELETE DATA { <id/practice/peer-mentors> icc:period "2014/2019"^^edtf:EDTF } ;
INSERT DATA { <id/practice/peer-mentors> icc:period "2014/2019" }
