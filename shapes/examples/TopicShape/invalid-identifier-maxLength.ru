# A topic whose key has 81 characters.
DELETE DATA { <id/topic/education> dcterms:identifier "education" } ;
INSERT DATA { <id/topic/education> dcterms:identifier "a-very-long-key-that-goes-on-and-on-a-very-long-key-that-goes-on-and-on-a-very-lo" }
