# A topic with two English definitions.
INSERT DATA { <id/topic/education> skos:definition "Schools and learning."@en }
