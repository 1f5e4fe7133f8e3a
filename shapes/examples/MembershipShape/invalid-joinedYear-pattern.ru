# A membership that began before our era.
DELETE DATA { <id/membership/reci-barcelona-1> icc:joinedYear "2011"^^xsd:gYear } ;
INSERT DATA { <id/membership/reci-barcelona-1> icc:joinedYear "-0011"^^xsd:gYear }
