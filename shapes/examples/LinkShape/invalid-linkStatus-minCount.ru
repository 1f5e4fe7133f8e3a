# No status.
DELETE DATA { <id/city/barcelona#link-Q1492> icc:linkStatus "accepted" }
