# A city-topic link that does not count its practices.
DELETE DATA { <id/city-topic/barcelona/education> icc:practiceCount 1 }
