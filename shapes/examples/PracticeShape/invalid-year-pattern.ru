# A practice of which a year printed alone has two digits.
INSERT DATA { <id/practice/peer-mentors> icc:year "16"^^xsd:gYear }
