# A membership whose day of reading is a year.
DELETE DATA { <id/membership/reci-barcelona-1> icc:readOn "2026-11-27"^^xsd:date } ;
INSERT DATA { <id/membership/reci-barcelona-1> icc:readOn "2026"^^xsd:gYear }
