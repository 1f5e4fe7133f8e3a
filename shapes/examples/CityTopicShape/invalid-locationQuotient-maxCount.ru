# A city-topic link that states twice the location quotient.
INSERT DATA { <id/city-topic/barcelona/education> icc:locationQuotient 1.2 }
