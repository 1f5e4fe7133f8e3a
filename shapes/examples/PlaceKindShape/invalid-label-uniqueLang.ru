# A kind of place with two English labels.
INSERT DATA { icc:kind-island rdfs:label "Isle"@en }
