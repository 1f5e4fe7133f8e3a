# A data cube whose structure is not described.
DELETE DATA { <catalogue#cube> qb:structure <catalogue#structure> } ;
INSERT DATA { <catalogue#cube> qb:structure <catalogue#none> }
