# An assessment with a note in no language.
DELETE DATA { <id/assessment/barcelona-2013-report> rdfs:comment "Second round"@en } ;
INSERT DATA { <id/assessment/barcelona-2013-report> rdfs:comment "Second round" }
