# A country whose key has capital letters.
DELETE DATA { <id/country/es> dcterms:identifier "es" } ;
INSERT DATA { <id/country/es> dcterms:identifier "ES" }
