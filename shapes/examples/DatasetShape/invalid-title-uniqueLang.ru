# The dataset with two English titles.
INSERT DATA { <catalogue#dataset> dcterms:title "Best practices"@en }
