# A country with two keys.
INSERT DATA { <id/country/es> dcterms:identifier "ea" }
