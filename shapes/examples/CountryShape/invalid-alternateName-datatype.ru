# A country with another name that is tagged with a language.
INSERT DATA { <id/country/es> schema:alternateName "España"@es }
