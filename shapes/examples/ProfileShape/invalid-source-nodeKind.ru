# A profile with a source that is a text.
INSERT DATA { <id/profile/barcelona-2012> dcterms:source "https://www.example.org/page" }
