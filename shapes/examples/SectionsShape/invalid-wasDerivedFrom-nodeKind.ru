# Sections with a page that is a text.
INSERT DATA { <practice/peer-mentors#sections> prov:wasDerivedFrom "https://www.example.org/-/peer-mentors" }
