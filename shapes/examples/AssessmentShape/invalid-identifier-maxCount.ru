# An assessment with two keys.
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:identifier "barcelona-2013-report-2" }
