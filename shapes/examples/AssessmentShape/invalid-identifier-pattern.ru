# An assessment whose key has a capital letter and a space.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:identifier "barcelona-2013-report" } ;
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:identifier "Key one" }
