# A kind of place with a label in Portuguese.
INSERT DATA { icc:kind-island rdfs:label "Ilha"@pt }
