# A practice whose first year has two digits.
DELETE DATA { <id/practice/peer-mentors> icc:firstYear "2014"^^xsd:gYear ; icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/practice/peer-mentors> icc:firstYear "14"^^xsd:gYear }
