# A document whose sources were read on no day.
DELETE DATA { <id/guidance/step-by-step> icc:readOn "2026-11-27"^^xsd:date }
