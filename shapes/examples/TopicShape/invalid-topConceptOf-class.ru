# A topic at the top of a scheme that is not described.
DELETE DATA { <id/topic/education> skos:topConceptOf <id/scheme/index> } ;
INSERT DATA { <id/topic/education> skos:topConceptOf <id/scheme/nowhere> }
