# A data cube with two structures.
INSERT { <catalogue#other> ?p ?o }
WHERE { <catalogue#structure> ?p ?o } ;
INSERT DATA { <catalogue#cube> qb:structure <catalogue#other> }
