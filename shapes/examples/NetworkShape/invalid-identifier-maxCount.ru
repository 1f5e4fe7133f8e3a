# A network with two keys.
INSERT DATA { <id/network/reci> dcterms:identifier "reci-2" }
