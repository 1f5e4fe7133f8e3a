# A city-topic link with two keys.
INSERT DATA { <id/city-topic/barcelona/education> dcterms:identifier "barcelona/language" }
