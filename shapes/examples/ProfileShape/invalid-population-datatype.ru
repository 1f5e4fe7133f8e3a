# A profile with a decimal number.
DELETE DATA { <id/profile/barcelona-2012> icc:population 1620943 } ;
INSERT DATA { <id/profile/barcelona-2012> icc:population 1620943.0 }
