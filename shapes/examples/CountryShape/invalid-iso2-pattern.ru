# A country whose code of two letters is in lower case.
DELETE DATA { <id/country/es> icc:iso2 "ES" } ;
INSERT DATA { <id/country/es> icc:iso2 "es" }
