# A city whose population year has two digits.
DELETE DATA { <id/city/barcelona> icc:populationYear "2017"^^xsd:gYear } ;
INSERT DATA { <id/city/barcelona> icc:populationYear "17"^^xsd:gYear }
