# A scheme with a description in Portuguese.
INSERT DATA { <id/scheme/index> dcterms:description "Os temas do questionário."@pt }
