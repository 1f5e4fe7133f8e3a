# A membership with two statuses.
INSERT DATA { <id/membership/reci-barcelona-1> org:role icc:status-pilot }
