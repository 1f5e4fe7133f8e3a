# A kind of place with two English definitions.
INSERT DATA { icc:kind-island skos:definition "Land with water all around."@en }
