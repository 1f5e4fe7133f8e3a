# A country with a name in Portuguese.
INSERT DATA { <id/country/es> rdfs:label "Espanha"@pt }
