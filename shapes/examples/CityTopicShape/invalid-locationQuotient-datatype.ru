# A city-topic link whose location quotient is a whole number, not a decimal one.
DELETE DATA { <id/city-topic/barcelona/education> icc:locationQuotient 1.111 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:locationQuotient 2 }
