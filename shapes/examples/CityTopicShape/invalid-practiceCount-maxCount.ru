# A city-topic link that counts its practices twice.
INSERT DATA { <id/city-topic/barcelona/education> icc:practiceCount 2 }
