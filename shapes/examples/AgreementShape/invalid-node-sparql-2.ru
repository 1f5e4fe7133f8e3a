# Wikidata gives the country another code.
DELETE DATA { wd:Q29 wdt:P297 "ES" } ;
INSERT DATA { wd:Q29 wdt:P297 "FR" , "XX" }
