# A country that says in words that it is a member.
DELETE DATA { <id/country/es> icc:councilOfEuropeMember true } ;
INSERT DATA { <id/country/es> icc:councilOfEuropeMember "yes" }
