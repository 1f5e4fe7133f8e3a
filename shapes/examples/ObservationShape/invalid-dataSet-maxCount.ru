# An observation in two data cubes.
INSERT { <catalogue#second> ?p ?o }
WHERE { <catalogue#cube> ?p ?o } ;
INSERT DATA { <id/observation/one> qb:dataSet <catalogue#second> }
