# A part with a description in Portuguese.
INSERT DATA { <catalogue#dataset-places> dcterms:description "Onde se faz."@pt }
