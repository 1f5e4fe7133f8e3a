# A graph without a day.
DELETE DATA { <graph/texts> dcterms:modified "2026-11-23"^^xsd:date }
