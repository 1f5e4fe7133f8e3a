# A city in a country that is not described.
DELETE DATA { <id/city/barcelona> icc:country <id/country/es> } ;
INSERT DATA { <id/city/barcelona> icc:country <id/country/xx> }
