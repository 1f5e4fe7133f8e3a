# A membership whose sources were read on no day.
DELETE DATA { <id/membership/reci-barcelona-1> icc:readOn "2026-11-27"^^xsd:date }
