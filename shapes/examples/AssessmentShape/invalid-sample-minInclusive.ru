# An assessment compared with no place.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:sample 56 ; icc:rank 21 } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:sample 0 }
