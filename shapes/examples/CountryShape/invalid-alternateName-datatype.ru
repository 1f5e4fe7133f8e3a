# A country with another name that has no language.
DELETE DATA { <id/country/es> schema:alternateName "España"@es } ;
INSERT DATA { <id/country/es> schema:alternateName "España" }
