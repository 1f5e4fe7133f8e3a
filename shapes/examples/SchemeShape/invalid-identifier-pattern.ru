# A scheme whose key has a capital letter and a space.
DELETE DATA { <id/scheme/index> dcterms:identifier "index" } ;
INSERT DATA { <id/scheme/index> dcterms:identifier "Index one" }
