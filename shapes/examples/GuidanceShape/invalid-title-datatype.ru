# A document whose title has no language.
DELETE DATA { <id/guidance/step-by-step> dcterms:title "Step by step"@en } ;
INSERT DATA { <id/guidance/step-by-step> dcterms:title "Step by step" }
