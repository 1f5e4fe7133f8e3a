# A city whose key is a number.
DELETE DATA { <id/city/barcelona> dcterms:identifier "barcelona" } ;
INSERT DATA { <id/city/barcelona> dcterms:identifier 7 }
