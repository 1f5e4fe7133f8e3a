# A network whose key has 81 characters.
DELETE DATA { <id/network/reci> dcterms:identifier "reci" } ;
INSERT DATA { <id/network/reci> dcterms:identifier "a-very-long-key-that-goes-on-and-on-a-very-long-key-that-goes-on-and-on-a-very-lo" }
