# A city-topic link with a label in Catalan.
INSERT DATA { <id/city-topic/barcelona/education> rdfs:label "Barcelona – Educació"@ca }
