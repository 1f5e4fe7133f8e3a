# A profile whose key has 81 characters.
DELETE DATA { <id/profile/barcelona-2012> dcterms:identifier "barcelona-2012" } ;
INSERT DATA { <id/profile/barcelona-2012> dcterms:identifier "a-very-long-key-that-goes-on-and-on-a-very-long-key-that-goes-on-and-on-a-very-lo" }
