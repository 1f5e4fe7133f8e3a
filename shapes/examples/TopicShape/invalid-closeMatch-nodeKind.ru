# A topic with a text as a close match.
INSERT DATA { <id/topic/education> skos:closeMatch "website-education" }
