# A country whose GeoNames entry is the page about it.
DELETE DATA { <id/country/es> rdfs:seeAlso <https://sws.geonames.org/2510769/> } ;
INSERT DATA { <id/country/es> rdfs:seeAlso <https://www.geonames.org/2510769> }
