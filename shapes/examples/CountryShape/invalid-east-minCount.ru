# A country without its eastern edge.
DELETE DATA { <id/country/es> icc:east 4.4 }
