# A topic of no scheme.
DELETE DATA { <id/topic/education> skos:inScheme <id/scheme/index> }
