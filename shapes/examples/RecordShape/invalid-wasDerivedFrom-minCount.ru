# A record that names no source page.
DELETE DATA { <practice/peer-mentors> prov:wasDerivedFrom <https://www.example.org/-/peer-mentors> , <https://www.example.org/listing?page=1> }
