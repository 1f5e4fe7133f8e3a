# The dataset with a title in Portuguese.
INSERT DATA { <catalogue#dataset> dcterms:title "Boas práticas"@pt }
