# A country with more than one code of three letters.
INSERT DATA { <id/country/es> icc:iso3 "EAS" }
