# Two states at once.
INSERT DATA { <id/city/barcelona#link-Q1492> icc:linkStatus "rejected" }
