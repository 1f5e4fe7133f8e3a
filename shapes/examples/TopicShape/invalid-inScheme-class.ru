# A topic of a scheme that is not described.
DELETE DATA { <id/topic/education> skos:inScheme <id/scheme/index> } ;
INSERT DATA { <id/topic/education> skos:inScheme <id/scheme/nowhere> }
