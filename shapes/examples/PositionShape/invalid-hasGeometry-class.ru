# A city whose point is not described.
DELETE DATA { <id/city/barcelona#geometry> a sf:Point }
