# A practice that says in words that it is ongoing.
DELETE DATA { <id/practice/peer-mentors> icc:ongoing false } ;
INSERT DATA { <id/practice/peer-mentors> icc:ongoing "yes" }
