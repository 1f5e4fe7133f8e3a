# An activity of two days.
INSERT DATA { <catalogue#activity-texts> dcterms:date "2026-11-24"^^xsd:date }
