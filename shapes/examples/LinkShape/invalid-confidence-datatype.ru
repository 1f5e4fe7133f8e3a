# A confidence that is a decimal.
DELETE DATA { <id/city/barcelona#link-Q1492> sssom:confidence "0.95"^^xsd:double } ;
INSERT DATA { <id/city/barcelona#link-Q1492> sssom:confidence 0.95 }
