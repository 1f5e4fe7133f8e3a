# A city with two English names.
INSERT DATA { <id/city/barcelona> rdfs:label "City of Barcelona"@en }
