# A mention that the place had been assessed, with a score.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-report ; icc:rank 21 } ;
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-assessed-by }
