# A profile with two such numbers.
INSERT DATA { <id/profile/barcelona-2012> icc:nonNationalShare 33.3 }
