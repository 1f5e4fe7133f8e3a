# A topic whose key is a number.
DELETE DATA { <id/topic/education> dcterms:identifier "education" } ;
INSERT DATA { <id/topic/education> dcterms:identifier 7 }
