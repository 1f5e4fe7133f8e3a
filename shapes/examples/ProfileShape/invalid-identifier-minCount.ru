# A profile without a key.
DELETE DATA { <id/profile/barcelona-2012> dcterms:identifier "barcelona-2012" }
