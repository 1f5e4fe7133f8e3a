# About nothing.
DELETE DATA { <id/city/barcelona#link-Q1492> rdf:subject <id/city/barcelona> }
