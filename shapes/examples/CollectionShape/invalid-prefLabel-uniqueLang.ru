# A group of topics with two English labels.
INSERT DATA { <id/topic/lens> skos:prefLabel "Intercultural view"@en }
