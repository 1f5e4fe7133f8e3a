# An observation in a data cube that is none.
DELETE DATA { <catalogue#cube> a qb:DataSet }
