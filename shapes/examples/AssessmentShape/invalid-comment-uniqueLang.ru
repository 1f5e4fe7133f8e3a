# An assessment with two English notes.
INSERT DATA { <id/assessment/barcelona-2013-report> rdfs:comment "Another note"@en }
