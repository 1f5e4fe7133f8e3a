# An assessment whose day of reading is a year.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:readOn "2026-11-27"^^xsd:date } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:readOn "2026"^^xsd:gYear }
