# An assessment whose key has 81 characters.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:identifier "barcelona-2013-report" } ;
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:identifier "a-very-long-key-that-goes-on-and-on-a-very-long-key-that-goes-on-and-on-a-very-lo" }
