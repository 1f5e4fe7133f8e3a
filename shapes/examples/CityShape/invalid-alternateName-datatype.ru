# A city with another name that is tagged with a language.
INSERT DATA { <id/city/barcelona> schema:alternateName "Ciutat Comtal"@ca }
