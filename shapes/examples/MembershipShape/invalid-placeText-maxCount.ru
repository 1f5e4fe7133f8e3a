# A membership with two printed names.
INSERT DATA { <id/membership/reci-barcelona-1> icc:placeText "Barcelone" }
