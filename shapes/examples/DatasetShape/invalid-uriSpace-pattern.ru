# A dataset whose beginning of addresses does not end in /id/.
DELETE DATA { <catalogue#dataset> void:uriSpace "https://example.org/id/" } ;
INSERT DATA { <catalogue#dataset> void:uriSpace "https://example.org/things/" }
