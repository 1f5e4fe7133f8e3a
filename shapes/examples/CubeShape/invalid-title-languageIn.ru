# A data cube with a title in Portuguese.
INSERT DATA { <catalogue#cube> dcterms:title "Um cubo"@pt }
