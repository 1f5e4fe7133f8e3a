# A practice whose detail page is a text.
DELETE DATA { <id/practice/peer-mentors> foaf:page <https://www.example.org/-/peer-mentors> } ;
INSERT DATA { <id/practice/peer-mentors> foaf:page "https://www.example.org/-/peer-mentors" }
