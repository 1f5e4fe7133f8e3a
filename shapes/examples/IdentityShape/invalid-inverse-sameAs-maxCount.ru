# Two cities with the same Wikidata item.
DELETE DATA { <id/city/bilbao> owl:sameAs wd:Q8692 } ;
INSERT DATA { <id/city/bilbao> owl:sameAs wd:Q1492 }
