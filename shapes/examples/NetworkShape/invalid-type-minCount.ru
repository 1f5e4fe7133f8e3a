# A network of no kind.
DELETE DATA { <id/network/reci> dcterms:type icc:kind-national-network }
