# A practice without a topic.
DELETE DATA { <id/practice/peer-mentors> dcterms:subject <id/topic/education> }
