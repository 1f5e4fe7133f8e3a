# A practice whose key reference has no language.
DELETE DATA { <id/practice/peer-mentors> icc:keyReference "Evaluation report 2019, city council"@en } ;
INSERT DATA { <id/practice/peer-mentors> icc:keyReference "Evaluation report 2019, city council" }
