# A city-topic link whose first year is a number.
DELETE DATA { <id/city-topic/barcelona/education> icc:firstYear "2014"^^xsd:gYear ; icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:firstYear 2014 }
