# A part with two titles in English.
INSERT DATA { <catalogue#dataset-places> dcterms:title "Cities"@en }
