# A practice whose printed time has a language.
DELETE DATA { <id/practice/peer-mentors> icc:timeText "2014-2019" } ;
INSERT DATA { <id/practice/peer-mentors> icc:timeText "2014-2019"@en }
