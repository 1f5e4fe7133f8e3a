# A practice with a summary without a language.
INSERT DATA { <id/practice/peer-mentors> dcterms:description "Pairs newcomers with residents." }
