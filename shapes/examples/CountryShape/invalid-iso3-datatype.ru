# A country whose code of three letters is tagged with a language.
DELETE DATA { <id/country/es> icc:iso3 "ESP" } ;
INSERT DATA { <id/country/es> icc:iso3 "ESP"@en }
