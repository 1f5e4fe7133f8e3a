# A topic with two English labels.
INSERT DATA { <id/topic/education> skos:prefLabel "Learning"@en }
