# A record whose day of reading is a plain text.
DELETE DATA { <practice/peer-mentors> dcterms:created "2026-11-23"^^xsd:date } ;
INSERT DATA { <practice/peer-mentors> dcterms:created "23 November 2026" }
