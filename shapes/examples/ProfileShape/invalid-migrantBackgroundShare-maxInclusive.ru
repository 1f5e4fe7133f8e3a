# A profile with more than a hundred percent.
DELETE DATA { <id/profile/barcelona-2012> icc:migrantBackgroundShare 25.5 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:migrantBackgroundShare 120.5 }
