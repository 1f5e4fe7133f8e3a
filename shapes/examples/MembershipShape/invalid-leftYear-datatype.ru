# A membership whose year is a number.
DELETE DATA { <id/membership/reci-barcelona-1> icc:leftYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/membership/reci-barcelona-1> icc:leftYear 2019 }
