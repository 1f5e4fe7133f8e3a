# A country whose western edge is a floating-point number.
DELETE WHERE { <id/country/es> icc:west ?west } ;
INSERT DATA { <id/country/es> icc:west "-18.2"^^xsd:double }
