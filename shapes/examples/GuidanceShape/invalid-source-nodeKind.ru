# A document with a source that is a text.
INSERT DATA { <id/guidance/step-by-step> dcterms:source "https://www.example.org/page" }
