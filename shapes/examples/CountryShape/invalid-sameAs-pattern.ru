# A country whose entry in the table of the EU has a code of two letters.
DELETE DATA { <id/country/es> schema:sameAs <http://publications.europa.eu/resource/authority/country/ESP> } ;
INSERT DATA { <id/country/es> schema:sameAs <http://publications.europa.eu/resource/authority/country/ES> }
