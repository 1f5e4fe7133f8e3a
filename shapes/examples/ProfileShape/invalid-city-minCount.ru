# A profile about no place.
DELETE DATA { <id/profile/barcelona-2012> icc:city <id/city/barcelona> }
