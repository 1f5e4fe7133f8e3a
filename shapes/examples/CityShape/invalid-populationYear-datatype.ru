# A city whose population year is a number.
DELETE DATA { <id/city/barcelona> icc:populationYear "2017"^^xsd:gYear } ;
INSERT DATA { <id/city/barcelona> icc:populationYear 2017 }
