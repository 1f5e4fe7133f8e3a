# A city-topic link whose number of practices to be expected is a whole number, not a decimal one.
DELETE DATA { <id/city-topic/barcelona/education> icc:expectedPracticeCount 0.5 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:expectedPracticeCount 2 }
