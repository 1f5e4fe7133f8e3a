# Sections with two days of reading.
INSERT DATA { <practice/peer-mentors#sections> dcterms:date "2026-11-26"^^xsd:date }
