# A graph with two days.
INSERT DATA { <graph/texts> dcterms:modified "2026-11-24"^^xsd:date }
