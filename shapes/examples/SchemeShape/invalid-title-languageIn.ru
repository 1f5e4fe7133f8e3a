# A scheme with a title in Portuguese.
INSERT DATA { <id/scheme/index> dcterms:title "Temas do Índice"@pt }
