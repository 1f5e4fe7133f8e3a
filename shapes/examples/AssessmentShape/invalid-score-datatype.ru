# An assessment with a number in floating point.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:score 64.5 } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:score 64.5e0 }
