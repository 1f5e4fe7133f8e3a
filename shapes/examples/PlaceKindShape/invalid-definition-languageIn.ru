# A kind of place with a definition in Portuguese.
INSERT DATA { icc:kind-island skos:definition "Uma ilha com governo próprio."@pt }
