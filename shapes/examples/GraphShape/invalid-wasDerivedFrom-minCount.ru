# A graph without a source.
DELETE DATA { <graph/texts> prov:wasDerivedFrom <https://example.org/list> }
