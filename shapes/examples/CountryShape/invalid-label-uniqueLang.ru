# A country with two English names.
INSERT DATA { <id/country/es> rdfs:label "Kingdom of Spain"@en }
