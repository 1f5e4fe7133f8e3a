# A topic with a label in Portuguese.
INSERT DATA { <id/topic/education> skos:prefLabel "Educação"@pt }
