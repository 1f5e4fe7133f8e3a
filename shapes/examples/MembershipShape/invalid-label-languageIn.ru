# A membership with a name in Portuguese.
INSERT DATA { <id/membership/reci-barcelona-1> rdfs:label "Nome"@pt }
