# A document whose title is a space.
DELETE DATA { <id/guidance/step-by-step> dcterms:title "Step by step"@en } ;
INSERT DATA { <id/guidance/step-by-step> dcterms:title " "@en }
