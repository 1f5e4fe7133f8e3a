# A profile with two keys.
INSERT DATA { <id/profile/barcelona-2012> dcterms:identifier "barcelona-2012-2" }
