# A city-topic link that counts one practice too many.
DELETE DATA { <id/city-topic/barcelona/education> icc:practiceCount 1 } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:practiceCount 2 }
