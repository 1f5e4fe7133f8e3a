# A scheme without a French title.
DELETE DATA { <id/scheme/index> dcterms:title "Thèmes de l’Index"@fr }
