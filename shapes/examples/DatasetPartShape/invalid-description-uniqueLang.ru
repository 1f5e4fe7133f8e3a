# A part with two descriptions in English.
INSERT DATA { <catalogue#dataset-places> dcterms:description "Cities."@en }
