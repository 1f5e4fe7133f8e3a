# A practice with two first years.
INSERT DATA { <id/practice/peer-mentors> icc:firstYear "2015"^^xsd:gYear }
