# A topic at the top of two schemes.
INSERT DATA { <id/topic/education> skos:topConceptOf <id/scheme/website> }
