# A country whose code of two letters is tagged with a language.
DELETE DATA { <id/country/es> icc:iso2 "ES" } ;
INSERT DATA { <id/country/es> icc:iso2 "ES"@en }
