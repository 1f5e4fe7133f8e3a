# A topic with another label that is its main label.
INSERT DATA { <id/topic/education> skos:altLabel "Education"@en }
