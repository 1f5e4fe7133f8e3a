# A city without a longitude.
DELETE DATA { <id/city/barcelona> geo:long 2.15899 }
