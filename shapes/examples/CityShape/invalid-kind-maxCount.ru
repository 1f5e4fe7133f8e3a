# A city of two kinds.
INSERT DATA { <id/city/barcelona> icc:kind icc:kind-region }
