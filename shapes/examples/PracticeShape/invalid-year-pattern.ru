# A practice of which a year printed alone has five digits.
INSERT DATA { <id/practice/peer-mentors> icc:year "12016"^^xsd:gYear }
