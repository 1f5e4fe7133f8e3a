# Sections whose day of reading is a plain text.
DELETE DATA { <practice/peer-mentors#sections> dcterms:date "2026-11-27"^^xsd:date } ;
INSERT DATA { <practice/peer-mentors#sections> dcterms:date "27 November 2026" }
