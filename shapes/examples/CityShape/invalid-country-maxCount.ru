# A city in two countries.
INSERT { <id/country/ea> ?p ?o }
WHERE { <id/country/es> ?p ?o } ;
INSERT DATA { <id/city/barcelona> icc:country <id/country/ea> }
