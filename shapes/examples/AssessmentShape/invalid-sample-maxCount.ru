# An assessment with two such numbers.
INSERT DATA { <id/assessment/barcelona-2013-report> icc:sample 57 }
