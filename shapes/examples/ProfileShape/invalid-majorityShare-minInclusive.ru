# A profile with a number below zero.
DELETE DATA { <id/profile/barcelona-2012> icc:majorityShare 82.6 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:majorityShare "-1.5"^^xsd:decimal }
