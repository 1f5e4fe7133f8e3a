# A city-topic link whose number of practices to be expected is below 0.
DELETE DATA { <id/city-topic/barcelona/education> icc:expectedPracticeCount 0.5 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:expectedPracticeCount "-0.1"^^xsd:decimal }
