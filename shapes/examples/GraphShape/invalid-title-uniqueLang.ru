# A graph with two English titles.
INSERT DATA { <graph/texts> dcterms:title "Our texts"@en }
