# A document whose year is a number.
DELETE DATA { <id/guidance/step-by-step> dcterms:issued "2021"^^xsd:gYear } ;
INSERT DATA { <id/guidance/step-by-step> dcterms:issued 2021 }
