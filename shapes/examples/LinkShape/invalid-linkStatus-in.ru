# A status that there is not.
DELETE DATA { <id/city/barcelona#link-Q1492> icc:linkStatus "accepted" } ;
INSERT DATA { <id/city/barcelona#link-Q1492> icc:linkStatus "perhaps" }
