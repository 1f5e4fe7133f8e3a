# A country with more than one code of digits.
INSERT DATA { <id/country/es> icc:isoNumeric "725" }
