# An assessment whose sources were read on two days.
INSERT DATA { <id/assessment/barcelona-2013-report> icc:readOn "2026-11-26"^^xsd:date }
