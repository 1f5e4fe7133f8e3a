# A topic of two schemes.
INSERT DATA { <id/topic/education> skos:inScheme <id/scheme/website> }
