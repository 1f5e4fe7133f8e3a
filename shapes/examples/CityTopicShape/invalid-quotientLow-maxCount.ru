# A city-topic link that states twice the low end of the location quotient.
INSERT DATA { <id/city-topic/barcelona/education> icc:quotientLow 0.5 }
