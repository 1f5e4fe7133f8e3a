# A practice with two start years.
INSERT DATA { <id/practice/peer-mentors> icc:startYear "2015"^^xsd:gYear }
