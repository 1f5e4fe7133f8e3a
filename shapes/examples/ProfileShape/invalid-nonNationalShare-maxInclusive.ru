# A profile with more than a hundred percent.
DELETE DATA { <id/profile/barcelona-2012> icc:nonNationalShare 17.4 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:nonNationalShare 120.5 }
