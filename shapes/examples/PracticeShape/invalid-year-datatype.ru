# A practice of which a year printed alone is a number.
INSERT DATA { <id/practice/peer-mentors> icc:year 2016 }
