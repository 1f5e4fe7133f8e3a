# A country whose eastern edge is too great.
DELETE DATA { <id/country/es> icc:east 4.4 } ;
INSERT DATA { <id/country/es> icc:east 180.1 }
