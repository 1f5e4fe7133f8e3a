# A profile whose year has five digits.
DELETE DATA { <id/profile/barcelona-2012> icc:populationYear "2012"^^xsd:gYear } ;
INSERT DATA { <id/profile/barcelona-2012> icc:populationYear "12012"^^xsd:gYear }
