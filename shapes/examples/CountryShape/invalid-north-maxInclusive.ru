# A country whose northern edge is too great.
DELETE DATA { <id/country/es> icc:north 43.8 } ;
INSERT DATA { <id/country/es> icc:north 90.1 }
