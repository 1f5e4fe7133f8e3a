# A practice with two last years.
INSERT DATA { <id/practice/peer-mentors> icc:lastYear "2020"^^xsd:gYear }
