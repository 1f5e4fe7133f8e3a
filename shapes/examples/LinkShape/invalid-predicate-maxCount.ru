# Two relations.
INSERT DATA { <id/city/barcelona#link-Q1492> rdf:predicate skos:exactMatch }
