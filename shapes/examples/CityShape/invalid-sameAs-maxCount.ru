# A city with two Wikidata items.
INSERT DATA { <id/city/barcelona> owl:sameAs wd:Q2665140 }
