# A membership whose key is a number.
DELETE DATA { <id/membership/reci-barcelona-1> dcterms:identifier "reci-barcelona-1" } ;
INSERT DATA { <id/membership/reci-barcelona-1> dcterms:identifier 7 }
