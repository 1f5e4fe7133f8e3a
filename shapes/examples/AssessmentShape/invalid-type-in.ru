# An assessment of an unknown kind.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-report } ;
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-guide }
