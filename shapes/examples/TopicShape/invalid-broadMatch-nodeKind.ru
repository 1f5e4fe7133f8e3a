# A topic with a text as a broader match.
INSERT DATA { <id/topic/education> skos:broadMatch "website-education" }
