# A dataset without a day of its last change.
DELETE DATA { <catalogue#dataset> dcterms:modified "2026-11-23"^^xsd:date }
