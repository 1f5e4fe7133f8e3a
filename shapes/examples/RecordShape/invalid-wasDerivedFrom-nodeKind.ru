# A record with a source page that is a text.
INSERT DATA { <practice/peer-mentors> prov:wasDerivedFrom "https://www.example.org/listing" }
