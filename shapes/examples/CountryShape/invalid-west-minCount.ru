# A country without its western edge.
DELETE WHERE { <id/country/es> icc:west ?west }
