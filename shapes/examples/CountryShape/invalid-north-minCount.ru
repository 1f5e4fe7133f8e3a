# A country without its northern edge.
DELETE DATA { <id/country/es> icc:north 43.8 }
