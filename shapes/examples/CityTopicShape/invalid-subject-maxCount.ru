# A city-topic link with two topics.
INSERT { <id/topic/language> ?p ?o }
WHERE { <id/topic/education> ?p ?o } ;
INSERT DATA { <id/city-topic/barcelona/education> dcterms:subject <id/topic/language> }
