# An assessment whose key is a number.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:identifier "barcelona-2013-report" } ;
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:identifier 7 }
