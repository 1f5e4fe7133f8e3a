# A city-topic link whose last year has five digits.
DELETE DATA { <id/city-topic/barcelona/education> icc:firstYear "2014"^^xsd:gYear ; icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:lastYear "12019"^^xsd:gYear }
