# An assessment of two kinds.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:score 64.5 ; icc:rank 21 } ;
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-assessed-by }
