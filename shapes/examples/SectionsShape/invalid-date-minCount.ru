# Sections without a day of reading.
DELETE DATA { <practice/peer-mentors#sections> dcterms:date "2026-11-27"^^xsd:date }
