# A document of two kinds.
INSERT DATA { <id/guidance/step-by-step> dcterms:type icc:kind-manual }
