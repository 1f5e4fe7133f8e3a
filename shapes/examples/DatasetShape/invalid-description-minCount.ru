# The dataset without a French description.
DELETE DATA { <catalogue#dataset> dcterms:description "Ce que font les cités interculturelles."@fr }
