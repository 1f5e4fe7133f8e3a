# A scheme whose key is a number.
DELETE DATA { <id/scheme/index> dcterms:identifier "index" } ;
INSERT DATA { <id/scheme/index> dcterms:identifier 7 }
