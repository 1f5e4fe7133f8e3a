# A profile whose day of reading is a year.
DELETE DATA { <id/profile/barcelona-2012> icc:readOn "2026-11-27"^^xsd:date } ;
INSERT DATA { <id/profile/barcelona-2012> icc:readOn "2026"^^xsd:gYear }
