# Sections without a page.
DELETE DATA { <practice/peer-mentors#sections> prov:wasDerivedFrom <https://www.example.org/-/peer-mentors> }
