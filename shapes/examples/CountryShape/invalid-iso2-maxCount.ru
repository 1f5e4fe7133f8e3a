# A country with more than one code of two letters.
INSERT DATA { <id/country/es> icc:iso2 "EA" }
