# An assessment that does not say whether it is second-hand.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:secondHand false }
