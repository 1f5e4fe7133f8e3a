# A data cube with two English titles.
INSERT DATA { <catalogue#cube> dcterms:title "Another cube"@en }
