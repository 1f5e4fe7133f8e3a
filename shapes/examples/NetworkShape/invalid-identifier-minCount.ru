# A network without a key.
DELETE DATA { <id/network/reci> dcterms:identifier "reci" }
