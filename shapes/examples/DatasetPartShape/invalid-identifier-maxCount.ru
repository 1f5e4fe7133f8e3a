# A part with two keys.
INSERT DATA { <catalogue#dataset-places> dcterms:identifier "topics" }
