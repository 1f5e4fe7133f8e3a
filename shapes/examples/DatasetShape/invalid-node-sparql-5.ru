# A city that lies outside its country.
DELETE DATA { <id/city/barcelona> icc:country <id/country/es> } ;
INSERT DATA { <id/city/barcelona> icc:country <id/country/nz> }
