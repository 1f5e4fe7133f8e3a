# A profile whose sources were read on no day.
DELETE DATA { <id/profile/barcelona-2012> icc:readOn "2026-11-27"^^xsd:date }
