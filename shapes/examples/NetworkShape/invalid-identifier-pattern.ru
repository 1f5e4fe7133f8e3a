# A network whose key has a capital letter and a space.
DELETE DATA { <id/network/reci> dcterms:identifier "reci" } ;
INSERT DATA { <id/network/reci> dcterms:identifier "Key one" }
