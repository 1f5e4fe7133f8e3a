# A part without a French description.
DELETE DATA { <catalogue#dataset-places> dcterms:description "Où cela se fait."@fr }
