# A city-topic link with two last years.
INSERT DATA { <id/city-topic/barcelona/education> icc:lastYear "2020"^^xsd:gYear }
