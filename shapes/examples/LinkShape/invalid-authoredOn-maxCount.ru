# Two days.
INSERT DATA { <id/city/barcelona#link-Q1492> pav:authoredOn "2026-11-24"^^xsd:date }
