# A city-topic link whose low end of the location quotient is below 0.
DELETE DATA { <id/city-topic/barcelona/education> icc:quotientLow 0.3607 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:quotientLow "-0.1"^^xsd:decimal }
