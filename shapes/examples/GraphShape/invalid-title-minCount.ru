# A graph without a French title.
DELETE DATA { <graph/texts> dcterms:title "Textes"@fr }
