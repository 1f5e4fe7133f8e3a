# A scheme without a key.
DELETE DATA { <id/scheme/index> dcterms:identifier "index" }
