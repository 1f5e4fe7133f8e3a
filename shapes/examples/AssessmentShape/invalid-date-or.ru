# An assessment dated to the day.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:date "2013-05"^^xsd:gYearMonth } ;
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:date "2013-05-04"^^xsd:date }
