# A profile with a number in floating point.
DELETE DATA { <id/profile/barcelona-2012> icc:nonNationalShare 17.4 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:nonNationalShare 17.4e0 }
