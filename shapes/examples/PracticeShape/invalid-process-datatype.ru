# A practice whose process has no language.
DELETE DATA { <id/practice/peer-mentors> icc:process "Mentors are trained for two days and meet a newcomer every week."@en } ;
INSERT DATA { <id/practice/peer-mentors> icc:process "Mentors are trained for two days and meet a newcomer every week." }
