# A membership without a source.
DELETE DATA { <id/membership/reci-barcelona-1> dcterms:source <https://www.example.org/reports> }
