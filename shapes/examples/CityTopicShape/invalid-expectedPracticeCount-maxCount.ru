# A city-topic link that states twice the number of practices to be expected.
INSERT DATA { <id/city-topic/barcelona/education> icc:expectedPracticeCount 0.6 }
