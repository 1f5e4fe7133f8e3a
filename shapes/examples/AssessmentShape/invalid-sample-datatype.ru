# An assessment compared with a decimal number of places.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:sample 56 } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:sample 56.0 }
