# A profile with two English names.
INSERT DATA { <id/profile/barcelona-2012> rdfs:label "Another name"@en }
