# A topic without a French label.
DELETE DATA { <id/topic/education> skos:prefLabel "Éducation"@fr }
