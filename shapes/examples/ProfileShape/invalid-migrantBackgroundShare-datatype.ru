# A profile with a number in floating point.
DELETE DATA { <id/profile/barcelona-2012> icc:migrantBackgroundShare 25.5 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:migrantBackgroundShare 25.5e0 }
