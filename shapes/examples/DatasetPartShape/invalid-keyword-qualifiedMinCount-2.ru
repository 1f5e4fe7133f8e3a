# A part without a French keyword.
DELETE DATA { <catalogue#dataset-places> dcat:keyword "villes"@fr }
