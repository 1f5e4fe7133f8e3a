# A country without a French name.
DELETE DATA { <id/country/es> rdfs:label "Espagne"@fr }
