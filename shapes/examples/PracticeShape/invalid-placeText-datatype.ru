# A practice whose printed place has a language.
DELETE DATA { <id/practice/peer-mentors> icc:placeText "Spain Barcelona" } ;
INSERT DATA { <id/practice/peer-mentors> icc:placeText "Spain Barcelona"@en }
