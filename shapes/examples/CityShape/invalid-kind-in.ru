# A city of a kind that is deprecated.
DELETE DATA { <id/city/barcelona> icc:kind icc:kind-municipality } ;
INSERT DATA { <id/city/barcelona> icc:kind icc:kind-city }
