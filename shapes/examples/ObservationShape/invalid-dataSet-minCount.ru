# An observation in no data cube.
DELETE DATA { <id/observation/one> qb:dataSet <catalogue#cube> }
