# A report on the place that is second-hand.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:secondHand false } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:secondHand true }
