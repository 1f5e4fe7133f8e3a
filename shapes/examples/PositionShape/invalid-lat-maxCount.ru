# A city with two latitudes.
INSERT DATA { <id/city/barcelona> geo:lat 41.388 }
