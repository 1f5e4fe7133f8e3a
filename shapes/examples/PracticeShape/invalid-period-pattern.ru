# A practice whose period is not written in EDTF.
DELETE DATA { <id/practice/peer-mentors> icc:period "2014/2019"^^edtf:EDTF } ;
INSERT DATA { <id/practice/peer-mentors> icc:period "since 2014"^^edtf:EDTF }
