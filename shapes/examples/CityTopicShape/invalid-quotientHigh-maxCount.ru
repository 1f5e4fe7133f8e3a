# A city-topic link that states twice the high end of the location quotient.
INSERT DATA { <id/city-topic/barcelona/education> icc:quotientHigh 2.5 }
