# A profile with a name in Portuguese.
INSERT DATA { <id/profile/barcelona-2012> rdfs:label "Nome"@pt }
