# A practice about a topic that is not described.
DELETE DATA { <id/practice/peer-mentors> dcterms:subject <id/topic/education> } ;
INSERT DATA { <id/practice/peer-mentors> dcterms:subject <id/topic/gardening> }
