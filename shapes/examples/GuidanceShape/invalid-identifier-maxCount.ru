# A document with two keys.
INSERT DATA { <id/guidance/step-by-step> dcterms:identifier "step-by-step-2" }
