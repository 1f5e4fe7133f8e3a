# A city-topic link without a topic.
DELETE DATA { <id/city-topic/barcelona/education> dcterms:subject <id/topic/education> }
