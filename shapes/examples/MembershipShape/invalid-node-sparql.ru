# A membership that begins after it ends.
DELETE DATA { <id/membership/reci-barcelona-1> icc:leftYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/membership/reci-barcelona-1> icc:leftYear "2010"^^xsd:gYear }
