# A membership whose sources were read on two days.
INSERT DATA { <id/membership/reci-barcelona-1> icc:readOn "2026-11-26"^^xsd:date }
