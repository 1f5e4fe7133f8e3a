# A dataset whose beginning of addresses is not a plain text.
DELETE DATA { <catalogue#dataset> void:uriSpace "https://example.org/id/" } ;
INSERT DATA { <catalogue#dataset> void:uriSpace "https://example.org/id/"^^xsd:anyURI }
