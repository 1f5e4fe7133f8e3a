# A topic whose address does not stand among the topics.
DELETE { <id/topic/education> ?p ?o }
INSERT { <id/theme/education> ?p ?o }
WHERE { <id/topic/education> ?p ?o } ;
DELETE { ?s ?p <id/topic/education> }
INSERT { ?s ?p <id/theme/education> }
WHERE { ?s ?p <id/topic/education> }
