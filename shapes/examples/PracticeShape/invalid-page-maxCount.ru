# A practice with two detail pages.
INSERT DATA { <id/practice/peer-mentors> foaf:page <https://www.example.org/-/mentors> }
