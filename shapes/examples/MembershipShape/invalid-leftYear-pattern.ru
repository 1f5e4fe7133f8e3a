# A membership whose year has five digits.
DELETE DATA { <id/membership/reci-barcelona-1> icc:leftYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/membership/reci-barcelona-1> icc:leftYear "12019"^^xsd:gYear }
