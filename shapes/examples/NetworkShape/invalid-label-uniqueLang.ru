# A network with two English names.
INSERT DATA { <id/network/reci> rdfs:label "Another name"@en }
