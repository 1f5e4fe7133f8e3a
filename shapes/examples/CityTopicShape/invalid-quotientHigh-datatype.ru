# A city-topic link whose high end of the location quotient is a whole number, not a decimal one.
DELETE DATA { <id/city-topic/barcelona/education> icc:quotientHigh 2.276 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:quotientHigh 2 }
