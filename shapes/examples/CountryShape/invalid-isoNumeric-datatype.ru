# A country whose code of digits is a number.
DELETE DATA { <id/country/es> icc:isoNumeric "724" } ;
INSERT DATA { <id/country/es> icc:isoNumeric 724 }
