# Sure in two ways.
INSERT DATA { <id/city/barcelona#link-Q1492> sssom:confidence 0.7 }
