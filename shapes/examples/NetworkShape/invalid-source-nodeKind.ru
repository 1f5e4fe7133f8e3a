# A network with a source that is a text.
INSERT DATA { <id/network/reci> dcterms:source "https://www.example.org/page" }
