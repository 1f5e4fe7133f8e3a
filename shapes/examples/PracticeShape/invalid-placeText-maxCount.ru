# A practice with two printed places.
INSERT DATA { <id/practice/peer-mentors> icc:placeText "Spain Barcelona (new)" }
