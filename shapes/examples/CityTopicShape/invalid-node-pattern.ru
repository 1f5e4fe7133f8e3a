# A city-topic link whose address lacks the topic.
DELETE { <id/city-topic/barcelona/education> ?p ?o }
INSERT { <id/city-topic/barcelona> ?p ?o }
WHERE { <id/city-topic/barcelona/education> ?p ?o }
