# A practice that is ongoing and is not.
INSERT DATA { <id/practice/peer-mentors> icc:ongoing true }
