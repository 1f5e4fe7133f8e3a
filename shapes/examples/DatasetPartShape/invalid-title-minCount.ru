# A part without a French title.
DELETE DATA { <catalogue#dataset-places> dcterms:title "Lieux"@fr }
