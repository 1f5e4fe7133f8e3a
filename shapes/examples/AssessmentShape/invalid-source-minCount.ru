# An assessment without a source.
DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:source <https://www.example.org/reports> }
