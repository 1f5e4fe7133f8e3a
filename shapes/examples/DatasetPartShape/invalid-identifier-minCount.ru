# A part without a key.
DELETE DATA { <catalogue#dataset-places> dcterms:identifier "places" }
