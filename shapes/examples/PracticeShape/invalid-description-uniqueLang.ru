# A practice with two English summaries.
INSERT DATA { <id/practice/peer-mentors> dcterms:description "Pairs newcomers with residents."@en }
