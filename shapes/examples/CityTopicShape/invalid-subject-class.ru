# A city-topic link whose topic is not described.
DELETE DATA { <id/city-topic/barcelona/education> dcterms:subject <id/topic/education> } ;
INSERT DATA { <id/city-topic/barcelona/education> dcterms:subject <id/topic/gardening> }
