# A scheme with two English titles.
INSERT DATA { <id/scheme/index> dcterms:title "Themes of the Index"@en }
