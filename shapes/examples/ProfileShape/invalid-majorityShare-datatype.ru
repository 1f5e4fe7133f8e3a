# A profile with a number in floating point.
DELETE DATA { <id/profile/barcelona-2012> icc:majorityShare 82.6 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:majorityShare 82.6e0 }
