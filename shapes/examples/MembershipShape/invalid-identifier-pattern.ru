# A membership whose key has a capital letter and a space.
DELETE DATA { <id/membership/reci-barcelona-1> dcterms:identifier "reci-barcelona-1" } ;
INSERT DATA { <id/membership/reci-barcelona-1> dcterms:identifier "Key one" }
