# A practice of a city that is not described.
INSERT DATA { <id/practice/peer-mentors> icc:city <id/city/atlantis> }
