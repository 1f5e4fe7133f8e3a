# A membership with a source that is a text.
INSERT DATA { <id/membership/reci-barcelona-1> dcterms:source "https://www.example.org/page" }
