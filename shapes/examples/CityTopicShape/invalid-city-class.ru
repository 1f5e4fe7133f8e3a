# A city-topic link whose city is not described.
DELETE DATA { <id/city-topic/barcelona/education> icc:city <id/city/barcelona> } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:city <id/city/atlantis> }
