# A group of topics whose address has a capital letter.
DELETE { <id/topic/lens> ?p ?o }
INSERT { <id/topic/Lens> ?p ?o }
WHERE { <id/topic/lens> ?p ?o }
