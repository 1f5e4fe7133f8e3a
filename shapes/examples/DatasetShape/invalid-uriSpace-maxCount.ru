# A dataset whose addresses begin in two ways.
INSERT DATA { <catalogue#dataset> void:uriSpace "https://example.com/id/" }
