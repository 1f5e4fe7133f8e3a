# A city-topic link without a key.
DELETE DATA { <id/city-topic/barcelona/education> dcterms:identifier "barcelona/education" }
