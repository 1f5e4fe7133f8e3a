# A country whose GeoNames entry is the page about it.
DELETE DATA { <id/country/es> skos:closeMatch <https://sws.geonames.org/2510769/> } ;
INSERT DATA { <id/country/es> skos:closeMatch <https://www.geonames.org/2510769> }
