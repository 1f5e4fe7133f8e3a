# A country without its code of digits.
DELETE DATA { <id/country/es> icc:isoNumeric "724" }
