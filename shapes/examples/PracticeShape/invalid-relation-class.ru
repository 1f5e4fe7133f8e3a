# A practice related to one that is not described.
INSERT DATA { <id/practice/peer-mentors> dcterms:relation <id/practice/nowhere> }
