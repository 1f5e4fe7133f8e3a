# An assessment with zero.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:rank 21 } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:rank 0 }
