# A practice whose prize has no language.
DELETE DATA { <id/practice/peer-mentors> schema:award "Prize for Good Neighbours 2017"@en } ;
INSERT DATA { <id/practice/peer-mentors> schema:award "Prize for Good Neighbours 2017" }
