# No relation.
DELETE DATA { <id/city/barcelona#link-Q1492> rdf:predicate owl:sameAs }
