# A membership with two such years.
INSERT DATA { <id/membership/reci-barcelona-1> icc:leftYear "2020"^^xsd:gYear }
