# A topic that is narrower than one that is nowhere described.
INSERT DATA { <id/topic/education> skos:broadMatch <id/topic/nowhere> }
