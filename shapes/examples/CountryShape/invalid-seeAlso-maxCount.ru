# A country with two GeoNames entries.
INSERT DATA { <id/country/es> rdfs:seeAlso <https://sws.geonames.org/2264397/> }
