# A membership in no network.
DELETE DATA { <id/membership/reci-barcelona-1> org:organization <id/network/reci> }
