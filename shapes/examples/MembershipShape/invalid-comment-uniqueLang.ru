# A membership with two English notes.
INSERT DATA { <id/membership/reci-barcelona-1> rdfs:comment "Another note"@en }
