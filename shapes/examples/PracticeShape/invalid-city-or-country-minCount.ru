# A practice of no city and no country.
DELETE DATA { <id/practice/peer-mentors> icc:country <id/country/es> ; icc:city <id/city/barcelona> }
