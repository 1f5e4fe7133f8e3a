# A document with two such years.
INSERT DATA { <id/guidance/step-by-step> dcterms:issued "2022"^^xsd:gYear }
