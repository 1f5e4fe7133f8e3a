# A city with two GeoNames entries.
INSERT DATA { <id/city/barcelona> rdfs:seeAlso <https://sws.geonames.org/3128759/> }
