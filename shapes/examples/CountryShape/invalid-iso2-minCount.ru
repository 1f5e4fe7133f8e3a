# A country without its code of two letters.
DELETE DATA { <id/country/es> icc:iso2 "ES" }
