# An assessment whose sources were read on no day.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:readOn "2026-11-27"^^xsd:date }
