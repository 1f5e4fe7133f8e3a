# An assessment whose rank is over the number of places compared.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:rank 21 } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:rank 57 }
