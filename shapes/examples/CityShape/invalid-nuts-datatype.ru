# A city whose NUTS code has a language.
DELETE DATA { <id/city/barcelona> icc:nuts "ES519" } ;
INSERT DATA { <id/city/barcelona> icc:nuts "ES519"@en }
