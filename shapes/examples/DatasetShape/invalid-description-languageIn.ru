# The dataset with a description in Portuguese.
INSERT DATA { <catalogue#dataset> dcterms:description "O que fazem as cidades interculturais."@pt }
