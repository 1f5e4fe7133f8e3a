# A country whose southern edge is too small.
DELETE DATA { <id/country/es> icc:south 27.6 } ;
INSERT DATA { <id/country/es> icc:south "-90.1"^^xsd:decimal }
