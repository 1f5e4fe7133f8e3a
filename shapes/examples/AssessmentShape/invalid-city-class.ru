# An assessment about a place that is not described.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:city <id/city/barcelona> } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:city <id/city/atlantis> }
