# A city-topic link of which a year printed alone has two digits.
INSERT DATA { <id/city-topic/barcelona/education> icc:year "16"^^xsd:gYear }
