# A city that lies in a country as if that were a city.
DELETE DATA { <id/city/barcelona> schema:containedInPlace <id/city/catalonia> } ;
INSERT DATA { <id/city/barcelona> schema:containedInPlace <id/country/es> }
