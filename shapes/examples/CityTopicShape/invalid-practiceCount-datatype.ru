# A city-topic link whose number of practices is a decimal number.
DELETE DATA { <id/city-topic/barcelona/education> icc:practiceCount 1 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:practiceCount 1.0 }
