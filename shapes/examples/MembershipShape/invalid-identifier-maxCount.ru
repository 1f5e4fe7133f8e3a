# A membership with two keys.
INSERT DATA { <id/membership/reci-barcelona-1> dcterms:identifier "reci-barcelona-1-2" }
