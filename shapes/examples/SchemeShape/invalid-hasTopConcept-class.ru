# A scheme with a top topic that is not described.
INSERT DATA { <id/scheme/index> skos:hasTopConcept <id/topic/nowhere> }
