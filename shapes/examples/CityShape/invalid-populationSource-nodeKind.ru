# A city whose population figure has a text for a source.
DELETE DATA { <id/city/barcelona> icc:populationSource <https://www.example.org/census/2017> } ;
INSERT DATA { <id/city/barcelona> icc:populationSource "census of 2017" }
