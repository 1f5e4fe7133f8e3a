# A country with two western edges.
INSERT DATA { <id/country/es> icc:west "-18.21"^^xsd:decimal }
