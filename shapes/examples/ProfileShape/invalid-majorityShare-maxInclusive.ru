# A profile with more than a hundred percent.
DELETE DATA { <id/profile/barcelona-2012> icc:majorityShare 82.6 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:majorityShare 120.5 }
