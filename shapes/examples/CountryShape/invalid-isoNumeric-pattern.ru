# A country whose code of digits is too short.
DELETE DATA { <id/country/es> icc:isoNumeric "724" } ;
INSERT DATA { <id/country/es> icc:isoNumeric "72" }
