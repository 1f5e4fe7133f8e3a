# A city that lies in two larger places.
INSERT DATA { <id/city/barcelona> schema:containedInPlace <id/city/barcelona> }
