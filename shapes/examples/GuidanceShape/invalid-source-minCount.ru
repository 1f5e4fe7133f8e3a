# A document without a source.
DELETE DATA { <id/guidance/step-by-step> dcterms:source <https://www.example.org/reports> }
