# A membership with two such years.
INSERT DATA { <id/membership/reci-barcelona-1> icc:joinedYear "2008"^^xsd:gYear }
