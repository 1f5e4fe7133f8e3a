# A country that is a member and is not.
INSERT DATA { <id/country/es> icc:councilOfEuropeMember false }
