# More than sure.
DELETE DATA { <id/city/barcelona#link-Q1492> sssom:confidence 0.95 } ;
INSERT DATA { <id/city/barcelona#link-Q1492> sssom:confidence 1.1 }
