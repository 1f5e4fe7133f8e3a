# A profile with a number below zero.
DELETE DATA { <id/profile/barcelona-2012> icc:migrantBackgroundShare 25.5 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:migrantBackgroundShare "-1.5"^^xsd:decimal }
