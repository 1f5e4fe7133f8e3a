# A document whose key has a capital letter and a space.
DELETE DATA { <id/guidance/step-by-step> dcterms:identifier "step-by-step" } ;
INSERT DATA { <id/guidance/step-by-step> dcterms:identifier "Key one" }
