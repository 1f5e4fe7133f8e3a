# A data cube without a structure.
DELETE DATA { <catalogue#cube> qb:structure <catalogue#structure> }
