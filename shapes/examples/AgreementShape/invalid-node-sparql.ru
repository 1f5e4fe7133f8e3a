# Wikidata says that the city is in another country.
DELETE DATA { wd:Q1492 wdt:P17 wd:Q29 } ;
INSERT DATA { wd:Q1492 wdt:P17 wd:Q183 }
