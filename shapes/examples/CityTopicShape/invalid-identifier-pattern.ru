# A city-topic link whose key has a space instead of a slash.
DELETE DATA { <id/city-topic/barcelona/education> dcterms:identifier "barcelona/education" } ;
INSERT DATA { <id/city-topic/barcelona/education> dcterms:identifier "barcelona education" }
