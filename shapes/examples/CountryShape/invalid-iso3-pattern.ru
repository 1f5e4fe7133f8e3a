# A country whose code of three letters is partly in lower case.
DELETE DATA { <id/country/es> icc:iso3 "ESP" } ;
INSERT DATA { <id/country/es> icc:iso3 "Esp" }
