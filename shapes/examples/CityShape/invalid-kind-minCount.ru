# A city without a kind.
DELETE DATA { <id/city/barcelona> icc:kind icc:kind-municipality }
