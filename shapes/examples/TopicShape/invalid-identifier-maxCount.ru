# A topic with two keys.
INSERT DATA { <id/topic/education> dcterms:identifier "education-2" }
