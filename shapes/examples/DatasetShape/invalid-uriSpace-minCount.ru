# A dataset that does not say how its addresses begin.
DELETE DATA { <catalogue#dataset> void:uriSpace "https://example.org/id/" }
