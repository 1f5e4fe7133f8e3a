# A city-topic link whose first year has five digits.
DELETE DATA { <id/city-topic/barcelona/education> icc:firstYear "2014"^^xsd:gYear ; icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:firstYear "12014"^^xsd:gYear }
