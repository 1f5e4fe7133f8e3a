# A city without a country.
DELETE DATA { <id/city/barcelona> icc:country <id/country/es> }
