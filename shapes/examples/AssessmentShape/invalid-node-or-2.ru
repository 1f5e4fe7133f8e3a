# A quoted value with a date of its own.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-report ; icc:secondHand false } ;
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-quoted ; icc:secondHand true }
