# A city whose latitude is a floating-point number.
DELETE DATA { <id/city/barcelona> geo:lat 41.38879 } ;
INSERT DATA { <id/city/barcelona> geo:lat "41.38879"^^xsd:double }
