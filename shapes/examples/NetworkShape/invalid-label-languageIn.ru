# A network with a name in Portuguese.
INSERT DATA { <id/network/reci> rdfs:label "Nome"@pt }
