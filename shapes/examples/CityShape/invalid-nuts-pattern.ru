# A city whose NUTS code has too many digits.
DELETE DATA { <id/city/barcelona> icc:nuts "ES519" } ;
INSERT DATA { <id/city/barcelona> icc:nuts "ES51900" }
