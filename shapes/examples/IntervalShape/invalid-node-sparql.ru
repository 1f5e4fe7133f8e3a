# A practice that ends before it begins.
DELETE DATA { <id/practice/peer-mentors> icc:firstYear "2014"^^xsd:gYear ; icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/practice/peer-mentors> icc:firstYear "2019"^^xsd:gYear ; icc:lastYear "2014"^^xsd:gYear }
