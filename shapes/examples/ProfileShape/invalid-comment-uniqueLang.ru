# A profile with two English notes.
INSERT DATA { <id/profile/barcelona-2012> rdfs:comment "Another note"@en }
