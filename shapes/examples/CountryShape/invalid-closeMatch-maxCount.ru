# A country with two GeoNames entries.
INSERT DATA { <id/country/es> skos:closeMatch <https://sws.geonames.org/2264397/> }
