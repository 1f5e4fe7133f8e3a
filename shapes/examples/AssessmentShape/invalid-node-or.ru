# A rank among an unknown number of places.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:sample 56 }
