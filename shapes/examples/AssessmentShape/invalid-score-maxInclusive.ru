# An assessment with more than a hundred percent.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:score 64.5 } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:score 120.5 }
