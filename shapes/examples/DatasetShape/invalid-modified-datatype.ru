# A dataset whose day of last change is a plain text.
DELETE DATA { <catalogue#dataset> dcterms:modified "2026-11-23"^^xsd:date } ;
INSERT DATA { <catalogue#dataset> dcterms:modified "November 2026" }
