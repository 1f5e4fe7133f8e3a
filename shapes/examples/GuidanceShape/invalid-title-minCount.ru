# A document without a title.
DELETE DATA { <id/guidance/step-by-step> dcterms:title "Step by step"@en }
