# A part with a title in Portuguese.
INSERT DATA { <catalogue#dataset-places> dcterms:title "Lugares"@pt }
