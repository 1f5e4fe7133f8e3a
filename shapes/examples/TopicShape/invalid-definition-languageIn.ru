# A topic with a definition in Portuguese.
INSERT DATA { <id/topic/education> skos:definition "Escolas e aprendizagem."@pt }
