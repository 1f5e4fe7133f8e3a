# A practice whose first year has five digits.
DELETE DATA { <id/practice/peer-mentors> icc:firstYear "2014"^^xsd:gYear ; icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/practice/peer-mentors> icc:firstYear "12014"^^xsd:gYear }
