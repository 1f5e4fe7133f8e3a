# A topic without a French definition.
DELETE DATA { <id/topic/education> skos:definition "Écoles et apprentissages où la diversité est une force."@fr }
