# A city whose latitude is too great.
DELETE DATA { <id/city/barcelona> geo:lat 41.38879 } ;
INSERT DATA { <id/city/barcelona> geo:lat 90.1 }
