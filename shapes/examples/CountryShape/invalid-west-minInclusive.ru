# A country whose western edge is too small.
DELETE WHERE { <id/country/es> icc:west ?west } ;
INSERT DATA { <id/country/es> icc:west "-180.1"^^xsd:decimal }
