# A document whose sources were read on two days.
INSERT DATA { <id/guidance/step-by-step> icc:readOn "2026-11-26"^^xsd:date }
