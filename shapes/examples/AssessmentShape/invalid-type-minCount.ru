# An assessment of no kind.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-report }
