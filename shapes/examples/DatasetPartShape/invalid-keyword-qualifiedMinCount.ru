# A part without an English keyword.
DELETE DATA { <catalogue#dataset-places> dcat:keyword "cities"@en }
