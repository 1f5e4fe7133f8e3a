# A group of topics with a label in Portuguese.
INSERT DATA { <id/topic/lens> skos:prefLabel "Olhar intercultural"@pt }
