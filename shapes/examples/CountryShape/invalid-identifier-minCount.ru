# A country without a key.
DELETE DATA { <id/country/es> dcterms:identifier "es" }
