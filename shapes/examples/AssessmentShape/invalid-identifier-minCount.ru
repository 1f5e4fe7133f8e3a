# An assessment without a key.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:identifier "barcelona-2013-report" }
