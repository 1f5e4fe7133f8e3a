# A profile with two such years.
INSERT DATA { <id/profile/barcelona-2012> icc:populationYear "2013"^^xsd:gYear }
