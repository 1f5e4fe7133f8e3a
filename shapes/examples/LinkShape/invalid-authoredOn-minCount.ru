# No day.
DELETE DATA { <id/city/barcelona#link-Q1492> pav:authoredOn "2026-11-23"^^xsd:date }
