# A topic with a text as a related match.
INSERT DATA { <id/topic/education> skos:relatedMatch "website-education" }
