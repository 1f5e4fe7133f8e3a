# A country whose northern edge is a floating-point number.
DELETE DATA { <id/country/es> icc:north 43.8 } ;
INSERT DATA { <id/country/es> icc:north "43.8"^^xsd:double }
