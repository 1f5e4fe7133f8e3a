# A membership without a key.
DELETE DATA { <id/membership/reci-barcelona-1> dcterms:identifier "reci-barcelona-1" }
