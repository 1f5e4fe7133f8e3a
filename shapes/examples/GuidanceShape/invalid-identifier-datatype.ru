# A document whose key is a number.
DELETE DATA { <id/guidance/step-by-step> dcterms:identifier "step-by-step" } ;
INSERT DATA { <id/guidance/step-by-step> dcterms:identifier 7 }
