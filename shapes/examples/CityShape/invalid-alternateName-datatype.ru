# A city with another name that has no language.
DELETE DATA { <id/city/barcelona> schema:alternateName "Ciutat Comtal"@ca } ;
INSERT DATA { <id/city/barcelona> schema:alternateName "Ciutat Comtal" }
