# A country whose western edge is too great.
DELETE WHERE { <id/country/es> icc:west ?west } ;
INSERT DATA { <id/country/es> icc:west 180.1 }
