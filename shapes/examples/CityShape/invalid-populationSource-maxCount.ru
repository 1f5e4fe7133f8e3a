# A city whose population figure has two sources.
INSERT DATA { <id/city/barcelona> icc:populationSource <https://www.example.org/census> }
