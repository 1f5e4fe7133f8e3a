# A city-topic link whose last year is a number.
DELETE DATA { <id/city-topic/barcelona/education> icc:firstYear "2014"^^xsd:gYear ; icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:lastYear 2019 }
