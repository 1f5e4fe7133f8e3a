# A city without a key.
DELETE DATA { <id/city/barcelona> dcterms:identifier "barcelona" }
