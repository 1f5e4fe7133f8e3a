# A city whose key has a capital letter and a space.
DELETE DATA { <id/city/barcelona> dcterms:identifier "barcelona" } ;
INSERT DATA { <id/city/barcelona> dcterms:identifier "Barcelona one" }
