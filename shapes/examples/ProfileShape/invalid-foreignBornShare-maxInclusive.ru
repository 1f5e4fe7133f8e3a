# A profile with more than a hundred percent.
DELETE DATA { <id/profile/barcelona-2012> icc:foreignBornShare 21.5 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:foreignBornShare 120.5 }
