# A network without a source.
DELETE DATA { <id/network/reci> dcterms:source <https://www.example.org/networks> }
