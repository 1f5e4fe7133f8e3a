# Sections with a page that is no web address.
INSERT DATA { <practice/peer-mentors#sections> prov:wasDerivedFrom <urn:isbn:9789287100000> }
