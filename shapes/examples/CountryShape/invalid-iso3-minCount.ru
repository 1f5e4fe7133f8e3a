# A country without its code of three letters.
DELETE DATA { <id/country/es> icc:iso3 "ESP" }
