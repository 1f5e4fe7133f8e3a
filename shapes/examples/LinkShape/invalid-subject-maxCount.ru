# About two things.
INSERT DATA { <id/city/barcelona#link-Q1492> rdf:subject <id/city/oslo> }
