# A city-topic link whose low end of the location quotient is too high.
DELETE DATA { <id/city-topic/barcelona/education> icc:quotientLow 0.3607 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:quotientLow 1.5 }
