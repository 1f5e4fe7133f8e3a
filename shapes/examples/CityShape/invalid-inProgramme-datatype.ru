# A city that says in a text whether it is of the programme.
DELETE DATA { <id/city/barcelona> icc:inProgramme true } ;
INSERT DATA { <id/city/barcelona> icc:inProgramme "true" }
