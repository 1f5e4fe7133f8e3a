# A profile whose sources were read on two days.
INSERT DATA { <id/profile/barcelona-2012> icc:readOn "2026-11-26"^^xsd:date }
