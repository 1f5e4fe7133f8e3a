# A profile with two such numbers.
INSERT DATA { <id/profile/barcelona-2012> icc:migrantBackgroundShare 33.3 }
