# A data cube without a French title.
DELETE DATA { <catalogue#cube> dcterms:title "Un cube"@fr }
