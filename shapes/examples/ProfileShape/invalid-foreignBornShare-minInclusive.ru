# A profile with a number below zero.
DELETE DATA { <id/profile/barcelona-2012> icc:foreignBornShare 21.5 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:foreignBornShare "-1.5"^^xsd:decimal }
