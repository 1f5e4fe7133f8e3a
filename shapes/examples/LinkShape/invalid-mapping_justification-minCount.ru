# No justification.
DELETE DATA { <id/city/barcelona#link-Q1492> sssom:mapping_justification semapv:LexicalMatching }
