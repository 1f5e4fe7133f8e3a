# A city whose population is a decimal number.
DELETE DATA { <id/city/barcelona> icc:population 1620343 } ;
INSERT DATA { <id/city/barcelona> icc:population 1620343.0 }
