# An activity whose day is a year.
DELETE DATA { <catalogue#activity-texts> dcterms:date "2026-11-23"^^xsd:date } ;
INSERT DATA { <catalogue#activity-texts> dcterms:date "2026"^^xsd:gYear }
