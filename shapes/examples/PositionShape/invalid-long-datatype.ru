# A city whose longitude is a floating-point number.
DELETE DATA { <id/city/barcelona> geo:long 2.15899 } ;
INSERT DATA { <id/city/barcelona> geo:long "2.15899"^^xsd:double }
