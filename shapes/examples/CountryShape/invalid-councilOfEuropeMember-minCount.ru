# A country that does not say whether it is a member.
DELETE DATA { <id/country/es> icc:councilOfEuropeMember true }
