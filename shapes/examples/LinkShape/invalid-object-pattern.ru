# An item that is none.
DELETE DATA { <id/city/barcelona#link-Q1492> rdf:object wd:Q1492 } ;
INSERT DATA { <id/city/barcelona#link-Q1492> rdf:object <Q1492> }
