# A country with two southern edges.
INSERT DATA { <id/country/es> icc:south 27.61 }
