# A scheme whose key has 81 characters.
DELETE DATA { <id/scheme/index> dcterms:identifier "index" } ;
INSERT DATA { <id/scheme/index> dcterms:identifier "a-very-long-key-that-goes-on-and-on-a-very-long-key-that-goes-on-and-on-a-very-lo" }
