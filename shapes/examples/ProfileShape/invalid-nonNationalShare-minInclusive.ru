# A profile with a number below zero.
DELETE DATA { <id/profile/barcelona-2012> icc:nonNationalShare 17.4 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:nonNationalShare "-1.5"^^xsd:decimal }
