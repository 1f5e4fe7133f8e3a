# An assessment with a source that is a text.
INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:source "https://www.example.org/page" }
