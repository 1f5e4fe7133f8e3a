# A membership whose year is a number.
DELETE DATA { <id/membership/reci-barcelona-1> icc:joinedYear "2011"^^xsd:gYear } ;
INSERT DATA { <id/membership/reci-barcelona-1> icc:joinedYear 2011 }
