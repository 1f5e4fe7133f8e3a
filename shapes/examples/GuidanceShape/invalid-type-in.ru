# A document of an unknown kind.
DELETE DATA { <id/guidance/step-by-step> dcterms:type icc:kind-guide } ;
INSERT DATA { <id/guidance/step-by-step> dcterms:type icc:kind-programme }
