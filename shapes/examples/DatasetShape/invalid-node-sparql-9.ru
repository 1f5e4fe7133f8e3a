# A city that lies within itself.
INSERT DATA { <id/city/barcelona> schema:containedInPlace <id/city/barcelona> }
