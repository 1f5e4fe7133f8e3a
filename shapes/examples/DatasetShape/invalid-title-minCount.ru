# The dataset without a French title.
DELETE DATA { <catalogue#dataset> dcterms:title "Bonnes pratiques"@fr }
