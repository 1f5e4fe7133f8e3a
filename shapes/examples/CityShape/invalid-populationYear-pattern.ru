# A city whose population year has five digits.
DELETE DATA { <id/city/barcelona> icc:populationYear "2017"^^xsd:gYear } ;
INSERT DATA { <id/city/barcelona> icc:populationYear "12017"^^xsd:gYear }
