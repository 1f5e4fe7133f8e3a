# A graph with two English descriptions.
INSERT DATA { <graph/texts> dcterms:description "Summaries."@en }
