# A graph that is said by a text.
INSERT DATA { <graph/texts> prov:wasAttributedTo "editors" }
