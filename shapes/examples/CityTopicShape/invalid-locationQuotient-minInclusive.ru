# A city-topic link whose location quotient is below 0.
DELETE DATA { <id/city-topic/barcelona/education> icc:locationQuotient 1.111 ; icc:quotientLow 0.3607 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:locationQuotient "-0.1"^^xsd:decimal }
