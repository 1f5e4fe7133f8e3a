# A country with two Wikidata items.
INSERT DATA { <id/country/es> owl:sameAs wd:Q45 }
