# A country whose key has a language.
DELETE DATA { <id/country/es> dcterms:identifier "es" } ;
INSERT DATA { <id/country/es> dcterms:identifier "es"@en }
