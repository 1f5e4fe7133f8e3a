# A document about no topic.
DELETE DATA { <id/guidance/step-by-step> dcterms:subject <id/topic/education> }
