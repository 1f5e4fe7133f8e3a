# Wikidata puts the city 27 km away.
DELETE DATA { wd:Q1492 wdt:P625 "Point(2.1769 41.3825)"^^geosparql:wktLiteral } ;
INSERT DATA { wd:Q1492 wdt:P625 "Point(2.48 41.38879)"^^geosparql:wktLiteral }
