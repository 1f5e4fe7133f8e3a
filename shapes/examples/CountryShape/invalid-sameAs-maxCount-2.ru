# A country with two entries in the table of the EU.
INSERT DATA { <id/country/es> schema:sameAs <http://publications.europa.eu/resource/authority/country/PRT> }
