# A document whose key has 81 characters.
DELETE DATA { <id/guidance/step-by-step> dcterms:identifier "step-by-step" } ;
INSERT DATA { <id/guidance/step-by-step> dcterms:identifier "a-very-long-key-that-goes-on-and-on-a-very-long-key-that-goes-on-and-on-a-very-lo" }
