# A membership without a status.
DELETE DATA { <id/membership/reci-barcelona-1> org:role icc:status-member }
