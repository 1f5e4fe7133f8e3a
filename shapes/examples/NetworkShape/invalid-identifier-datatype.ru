# A network whose key is a number.
DELETE DATA { <id/network/reci> dcterms:identifier "reci" } ;
INSERT DATA { <id/network/reci> dcterms:identifier 7 }
