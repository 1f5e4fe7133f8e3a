# A network of a country that is not described.
DELETE DATA { <id/network/reci> dcterms:spatial <id/country/es> } ;
INSERT DATA { <id/network/reci> dcterms:spatial <id/country/xx> }
