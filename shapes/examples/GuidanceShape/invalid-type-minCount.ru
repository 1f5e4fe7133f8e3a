# A document of no kind.
DELETE DATA { <id/guidance/step-by-step> dcterms:type icc:kind-guide }
