# A country whose southern edge lies north of its northern edge.
DELETE DATA { <id/country/es> icc:south 27.6 ; icc:north 43.8 } ;
INSERT DATA { <id/country/es> icc:south 43.8 ; icc:north 27.6 }
