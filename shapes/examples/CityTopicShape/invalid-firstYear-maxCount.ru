# A city-topic link with two first years.
INSERT DATA { <id/city-topic/barcelona/education> icc:firstYear "2015"^^xsd:gYear }
