# A practice whose detail page is no web address.
DELETE DATA { <id/practice/peer-mentors> foaf:page <https://www.example.org/-/peer-mentors> } ;
INSERT DATA { <id/practice/peer-mentors> foaf:page <mailto:mentors@example.org> }
