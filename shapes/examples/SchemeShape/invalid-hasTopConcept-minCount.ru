# A scheme without a top topic.
DELETE DATA { <id/scheme/index> skos:hasTopConcept <id/topic/education> }
