# The dataset with two English descriptions.
INSERT DATA { <catalogue#dataset> dcterms:description "What cities do for diversity."@en }
