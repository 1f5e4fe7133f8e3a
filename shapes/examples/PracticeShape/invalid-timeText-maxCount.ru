# A practice with two printed times.
INSERT DATA { <id/practice/peer-mentors> icc:timeText "2014 onwards" }
