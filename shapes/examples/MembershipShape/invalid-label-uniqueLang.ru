# A membership with two English names.
INSERT DATA { <id/membership/reci-barcelona-1> rdfs:label "Another name"@en }
