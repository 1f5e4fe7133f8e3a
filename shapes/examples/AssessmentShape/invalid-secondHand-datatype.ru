# An assessment of which a word says whether it is second-hand.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:secondHand false } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:secondHand "no" }
