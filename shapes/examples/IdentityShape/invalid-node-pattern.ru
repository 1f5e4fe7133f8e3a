# A city whose Wikidata item is the page about it.
DELETE DATA { <id/city/barcelona> owl:sameAs wd:Q1492 } ;
INSERT DATA { <id/city/barcelona> owl:sameAs <https://www.wikidata.org/wiki/Q1492> }
