# A city with two longitudes.
INSERT DATA { <id/city/barcelona> geo:long 2.158 }
