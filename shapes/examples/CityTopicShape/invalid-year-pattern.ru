# A city-topic link of which a year printed alone has five digits.
INSERT DATA { <id/city-topic/barcelona/education> icc:year "12016"^^xsd:gYear }
