# An assessment about no place.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:city <id/city/barcelona> }
