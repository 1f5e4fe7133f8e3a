# A graph whose day is a year.
DELETE DATA { <graph/texts> dcterms:modified "2026-11-23"^^xsd:date } ;
INSERT DATA { <graph/texts> dcterms:modified "2026"^^xsd:gYear }
