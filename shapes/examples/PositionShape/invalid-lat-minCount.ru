# A city without a latitude.
DELETE DATA { <id/city/barcelona> geo:lat 41.38879 }
