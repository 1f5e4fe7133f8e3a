# An assessment with a name in Portuguese.
INSERT DATA { <id/assessment/barcelona-2013-report> rdfs:label "Nome"@pt }
