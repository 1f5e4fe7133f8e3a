# A city-topic link whose high end of the location quotient is below 0.
DELETE DATA { <id/city-topic/barcelona/education> icc:quotientHigh 2.276 ; icc:locationQuotient 1.111 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:quotientHigh "-0.1"^^xsd:decimal }
