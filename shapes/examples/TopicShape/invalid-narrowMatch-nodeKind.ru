# A topic with a text as a narrower match.
INSERT DATA { <id/topic/education> skos:narrowMatch "website-education" }
