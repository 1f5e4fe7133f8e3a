# A practice with two periods.
INSERT DATA { <id/practice/peer-mentors> icc:period "2014"^^edtf:EDTF }
