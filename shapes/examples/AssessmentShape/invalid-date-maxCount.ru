# An assessment with two dates.
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:date "2014"^^xsd:gYear }
