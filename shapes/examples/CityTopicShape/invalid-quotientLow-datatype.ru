# A city-topic link whose low end of the location quotient is a whole number, not a decimal one.
DELETE DATA { <id/city-topic/barcelona/education> icc:quotientLow 0.3607 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:quotientLow 1 }
