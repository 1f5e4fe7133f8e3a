# A profile whose key has a capital letter and a space.
DELETE DATA { <id/profile/barcelona-2012> dcterms:identifier "barcelona-2012" } ;
INSERT DATA { <id/profile/barcelona-2012> dcterms:identifier "Key one" }
