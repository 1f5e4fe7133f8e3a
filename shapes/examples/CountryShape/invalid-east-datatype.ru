# A country whose eastern edge is a floating-point number.
DELETE DATA { <id/country/es> icc:east 4.4 } ;
INSERT DATA { <id/country/es> icc:east "4.4"^^xsd:double }
