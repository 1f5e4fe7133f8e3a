# A scheme whose address does not stand among the schemes.
DELETE { <id/scheme/index> ?p ?o }
INSERT { <id/topics/index> ?p ?o }
WHERE { <id/scheme/index> ?p ?o } ;
DELETE { ?s ?p <id/scheme/index> }
INSERT { ?s ?p <id/topics/index> }
WHERE { ?s ?p <id/scheme/index> }
