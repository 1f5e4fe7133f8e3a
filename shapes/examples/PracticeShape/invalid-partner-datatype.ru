# A practice whose partner has a language.
DELETE DATA { <id/practice/peer-mentors> icc:partner "Chamber of Commerce" } ;
INSERT DATA { <id/practice/peer-mentors> icc:partner "Chamber of Commerce"@en }
