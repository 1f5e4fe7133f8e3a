# A country whose southern edge is a floating-point number.
DELETE DATA { <id/country/es> icc:south 27.6 } ;
INSERT DATA { <id/country/es> icc:south "27.6"^^xsd:double }
