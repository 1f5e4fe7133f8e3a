# A practice of a country that is not described.
DELETE DATA { <id/practice/peer-mentors> icc:country <id/country/es> } ;
INSERT DATA { <id/practice/peer-mentors> icc:country <id/country/xx> }
