# An assessment that is both.
INSERT DATA { <id/assessment/barcelona-2013-report> icc:secondHand true }
