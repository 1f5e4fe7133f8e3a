# A country without its southern edge.
DELETE DATA { <id/country/es> icc:south 27.6 }
