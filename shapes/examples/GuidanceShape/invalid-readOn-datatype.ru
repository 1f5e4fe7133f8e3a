# A document whose day of reading is a year.
DELETE DATA { <id/guidance/step-by-step> icc:readOn "2026-11-27"^^xsd:date } ;
INSERT DATA { <id/guidance/step-by-step> icc:readOn "2026"^^xsd:gYear }
