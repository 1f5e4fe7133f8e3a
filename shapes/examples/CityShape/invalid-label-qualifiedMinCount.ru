# A city without an English name.
DELETE DATA { <id/city/barcelona> rdfs:label "Barcelona"@en }
