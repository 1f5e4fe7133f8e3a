# A record with a source that is no web address.
INSERT DATA { <practice/peer-mentors> prov:wasDerivedFrom <urn:isbn:9789287100000> }
