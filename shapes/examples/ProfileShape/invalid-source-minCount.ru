# A profile without a source.
DELETE DATA { <id/profile/barcelona-2012> dcterms:source <https://www.example.org/reports> }
