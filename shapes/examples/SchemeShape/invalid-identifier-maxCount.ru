# A scheme with two keys.
INSERT DATA { <id/scheme/index> dcterms:identifier "index-2" }
