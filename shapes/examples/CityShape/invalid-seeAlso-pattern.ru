# A city whose GeoNames entry is the page about it.
DELETE DATA { <id/city/barcelona> rdfs:seeAlso <https://sws.geonames.org/3128760/> } ;
INSERT DATA { <id/city/barcelona> rdfs:seeAlso <https://www.geonames.org/3128760> }
