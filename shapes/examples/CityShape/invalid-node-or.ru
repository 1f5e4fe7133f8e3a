# A city whose population has a year, but no source.
DELETE DATA { <id/city/barcelona> icc:populationSource <https://www.example.org/census/2017> }
