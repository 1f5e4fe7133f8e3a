# A justification of nobody’s.
DELETE DATA { <id/city/barcelona#link-Q1492> sssom:mapping_justification semapv:LexicalMatching } ;
INSERT DATA { <id/city/barcelona#link-Q1492> sssom:mapping_justification <guess> }
