# A practice whose last year has two digits.
DELETE DATA { <id/practice/peer-mentors> icc:firstYear "2014"^^xsd:gYear ; icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/practice/peer-mentors> icc:lastYear "19"^^xsd:gYear }
