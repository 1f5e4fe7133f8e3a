# A profile with a number in floating point.
DELETE DATA { <id/profile/barcelona-2012> icc:foreignBornShare 21.5 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:foreignBornShare 21.5e0 }
