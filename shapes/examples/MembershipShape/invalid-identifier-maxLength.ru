# A membership whose key has 81 characters.
DELETE DATA { <id/membership/reci-barcelona-1> dcterms:identifier "reci-barcelona-1" } ;
INSERT DATA { <id/membership/reci-barcelona-1> dcterms:identifier "a-very-long-key-that-goes-on-and-on-a-very-long-key-that-goes-on-and-on-a-very-lo" }
