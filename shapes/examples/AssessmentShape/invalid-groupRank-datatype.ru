# An assessment with a rank in a group in no language.
INSERT DATA { <id/assessment/barcelona-2013-report> icc:groupRank "3 of 9" }
