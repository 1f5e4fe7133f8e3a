# A city-topic link that counts no practice.
DELETE DATA { <id/city-topic/barcelona/education> icc:practiceCount 1 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:practiceCount 0 }
