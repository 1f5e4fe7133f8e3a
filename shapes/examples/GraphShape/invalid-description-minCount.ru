# A graph without an English description.
DELETE DATA { <graph/texts> dcterms:description "Summaries in our own words."@en }
