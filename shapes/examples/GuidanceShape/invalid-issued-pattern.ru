# A document whose year has five digits.
DELETE DATA { <id/guidance/step-by-step> dcterms:issued "2021"^^xsd:gYear } ;
INSERT DATA { <id/guidance/step-by-step> dcterms:issued "12021"^^xsd:gYear }
