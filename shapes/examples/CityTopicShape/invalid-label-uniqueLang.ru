# A city-topic link with two English labels.
INSERT DATA { <id/city-topic/barcelona/education> rdfs:label "Education in Barcelona"@en }
