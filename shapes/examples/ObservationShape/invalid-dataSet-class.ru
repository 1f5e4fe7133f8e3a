# An observation in a data cube that is not described.
DELETE DATA { <id/observation/one> qb:dataSet <catalogue#cube> } ;
INSERT DATA { <id/observation/one> qb:dataSet <catalogue#none> }
