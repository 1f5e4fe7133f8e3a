# A topic without a key.
DELETE DATA { <id/topic/education> dcterms:identifier "education" }
