# A part with a key that is not known.
DELETE DATA { <catalogue#dataset-places> dcterms:identifier "places" } ;
INSERT DATA { <catalogue#dataset-places> dcterms:identifier "cities" }
