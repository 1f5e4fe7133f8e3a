# A topic whose key has a capital letter and a space.
DELETE DATA { <id/topic/education> dcterms:identifier "education" } ;
INSERT DATA { <id/topic/education> dcterms:identifier "Education one" }
