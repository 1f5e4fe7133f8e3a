# A scheme with two English descriptions.
INSERT DATA { <id/scheme/index> dcterms:description "The themes of the Index."@en }
