# An assessment with two English names.
INSERT DATA { <id/assessment/barcelona-2013-report> rdfs:label "Another name"@en }
