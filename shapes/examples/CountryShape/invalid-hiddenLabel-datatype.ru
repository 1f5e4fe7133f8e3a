# A country with a spelling for search that is tagged with a language.
INSERT DATA { <id/country/es> skos:hiddenLabel "Hispania"@la }
