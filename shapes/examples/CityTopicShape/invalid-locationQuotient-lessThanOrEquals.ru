# A city-topic link whose location quotient is too high.
DELETE DATA { <id/city-topic/barcelona/education> icc:locationQuotient 1.111 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:locationQuotient 2.5 }
