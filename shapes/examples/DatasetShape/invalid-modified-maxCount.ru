# A dataset with two days of its last change.
INSERT DATA { <catalogue#dataset> dcterms:modified "2026-11-22"^^xsd:date }
