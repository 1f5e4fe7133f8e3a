# A city with a name in Portuguese.
INSERT DATA { <id/city/barcelona> rdfs:label "Barcelona"@pt }
