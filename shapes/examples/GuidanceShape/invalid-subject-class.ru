# A document about a topic that is not described.
DELETE DATA { <id/guidance/step-by-step> dcterms:subject <id/topic/education> } ;
INSERT DATA { <id/guidance/step-by-step> dcterms:subject <id/topic/nowhere> }
