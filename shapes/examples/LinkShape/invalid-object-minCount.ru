# No item.
DELETE DATA { <id/city/barcelona#link-Q1492> rdf:object wd:Q1492 }
