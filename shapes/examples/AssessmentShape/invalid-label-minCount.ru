# An assessment without a French label.
DELETE DATA { <id/assessment/barcelona-2013-report> rdfs:label "Barcelone – Évaluation selon l’Index ICC (2013-05)"@fr }
