# A profile with two such numbers.
INSERT DATA { <id/profile/barcelona-2012> icc:foreignBornShare 33.3 }
