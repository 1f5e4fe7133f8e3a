# A city that is of the programme and is not.
INSERT DATA { <id/city/barcelona> icc:inProgramme false }
