# An activity without a day.
DELETE DATA { <catalogue#activity-texts> dcterms:date "2026-11-23"^^xsd:date }
