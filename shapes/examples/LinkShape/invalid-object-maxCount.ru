# Two items.
INSERT DATA { <id/city/barcelona#link-Q1492> rdf:object wd:Q585 }
