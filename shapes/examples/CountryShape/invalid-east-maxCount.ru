# A country with two eastern edges.
INSERT DATA { <id/country/es> icc:east 4.41 }
