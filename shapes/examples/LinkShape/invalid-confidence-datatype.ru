# A confidence that is a double.
DELETE DATA { <id/city/barcelona#link-Q1492> sssom:confidence 0.95 } ;
INSERT DATA { <id/city/barcelona#link-Q1492> sssom:confidence "0.95"^^xsd:double }
