# A record with two days of reading.
INSERT DATA { <practice/peer-mentors> dcterms:created "2026-11-22"^^xsd:date }
