# A city of a kind that does not exist.
DELETE DATA { <id/city/barcelona> icc:kind icc:kind-city } ;
INSERT DATA { <id/city/barcelona> icc:kind icc:kind-village }
