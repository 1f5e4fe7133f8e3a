# A practice without a summary: a warning.
DELETE DATA { <id/practice/peer-mentors> dcterms:description "Pairs newcomers with residents who help them through the first year."@en }
