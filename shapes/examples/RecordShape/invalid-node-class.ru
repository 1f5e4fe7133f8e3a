# A record that is not said to be a document.
DELETE DATA { <practice/peer-mentors> a foaf:Document }
