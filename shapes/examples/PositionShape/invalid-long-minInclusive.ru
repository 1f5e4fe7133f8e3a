# A city whose longitude is too small.
DELETE DATA { <id/city/barcelona> geo:long 2.15899 } ;
INSERT DATA { <id/city/barcelona> geo:long "-180.1"^^xsd:decimal }
