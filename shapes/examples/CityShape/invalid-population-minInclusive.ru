# A city in which nobody lives.
DELETE DATA { <id/city/barcelona> icc:population 1620343 } ;
INSERT DATA { <id/city/barcelona> icc:population 0 }
