# A city whose key has 81 characters.
DELETE DATA { <id/city/barcelona> dcterms:identifier "barcelona" } ;
INSERT DATA { <id/city/barcelona> dcterms:identifier "a-very-long-key-that-goes-on-and-on-a-very-long-key-that-goes-on-and-on-a-very-lo" }
