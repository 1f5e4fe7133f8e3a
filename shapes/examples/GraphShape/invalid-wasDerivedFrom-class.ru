# A graph whose source is not described.
INSERT DATA { <graph/texts> prov:wasDerivedFrom <https://example.org/other> }
