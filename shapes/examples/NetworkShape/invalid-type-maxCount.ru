# A network of two kinds.
INSERT DATA { <id/network/reci> dcterms:type icc:kind-programme }
