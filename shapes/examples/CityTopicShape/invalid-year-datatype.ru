# A city-topic link of which a year printed alone is a number.
INSERT DATA { <id/city-topic/barcelona/education> icc:year 2016 }
