# A population without its year.
DELETE DATA { <id/profile/barcelona-2012> icc:populationYear "2012"^^xsd:gYear }
