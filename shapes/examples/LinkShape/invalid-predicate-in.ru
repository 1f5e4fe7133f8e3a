# A relation that nobody decides about.
DELETE DATA { <id/city/barcelona#link-Q1492> rdf:predicate owl:sameAs } ;
INSERT DATA { <id/city/barcelona#link-Q1492> rdf:predicate skos:relatedMatch }
