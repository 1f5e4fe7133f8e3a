# A practice that goes on and has a last year.
INSERT DATA { <id/practice/peer-mentors> icc:lastYear "2019"^^xsd:gYear }
