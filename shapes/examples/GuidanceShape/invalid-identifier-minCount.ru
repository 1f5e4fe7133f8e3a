# A document without a key.
DELETE DATA { <id/guidance/step-by-step> dcterms:identifier "step-by-step" }
