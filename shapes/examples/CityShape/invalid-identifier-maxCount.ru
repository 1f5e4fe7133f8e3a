# A city with two keys.
INSERT DATA { <id/city/barcelona> dcterms:identifier "barcelona-2" }
