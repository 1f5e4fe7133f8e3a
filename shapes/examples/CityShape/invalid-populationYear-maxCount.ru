# A city whose population figure has two years.
INSERT DATA { <id/city/barcelona> icc:populationYear "2016"^^xsd:gYear }
