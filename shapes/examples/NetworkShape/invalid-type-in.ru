# A network of an unknown kind.
DELETE DATA { <id/network/reci> dcterms:type icc:kind-national-network } ;
INSERT DATA { <id/network/reci> dcterms:type icc:kind-guide }
