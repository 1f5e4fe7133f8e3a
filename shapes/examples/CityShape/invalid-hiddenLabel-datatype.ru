# A city with a spelling for search that is tagged with a language.
INSERT DATA { <id/city/barcelona> skos:hiddenLabel "Barna"@ca }
