# A city with two GeoNames entries.
INSERT DATA { <id/city/barcelona> skos:closeMatch <https://sws.geonames.org/3128759/> }
