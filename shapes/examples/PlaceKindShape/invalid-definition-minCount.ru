# A kind of place without a French definition.
DELETE DATA { icc:kind-island skos:definition "Île dotée de sa propre administration."@fr }
