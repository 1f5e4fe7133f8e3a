# A link to Wikidata that nobody has accepted.
DELETE DATA { <id/country/nz#link-Q664> icc:linkStatus "accepted" } ;
INSERT DATA { <id/country/nz#link-Q664> icc:linkStatus "open" }
