# A profile whose key is a number.
DELETE DATA { <id/profile/barcelona-2012> dcterms:identifier "barcelona-2012" } ;
INSERT DATA { <id/profile/barcelona-2012> dcterms:identifier 7 }
