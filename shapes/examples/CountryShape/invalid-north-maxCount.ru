# A country with two northern edges.
INSERT DATA { <id/country/es> icc:north 43.81 }
