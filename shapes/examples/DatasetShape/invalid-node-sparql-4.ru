# Two countries with the same French name.
DELETE DATA { <id/country/nz> rdfs:label "Nouvelle-Zélande"@fr } ;
INSERT DATA { <id/country/nz> rdfs:label "Espagne"@fr }
