# A kind of place without a French label.
DELETE DATA { icc:kind-island rdfs:label "Île"@fr }
