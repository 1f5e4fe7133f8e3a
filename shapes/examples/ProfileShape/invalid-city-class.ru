# A profile about a place that is not described.
DELETE DATA { <id/profile/barcelona-2012> icc:city <id/city/barcelona> } ;
INSERT DATA { <id/profile/barcelona-2012> icc:city <id/city/atlantis> }
