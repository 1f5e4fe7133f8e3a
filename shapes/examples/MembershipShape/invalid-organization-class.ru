# A membership in a network that is not described.
DELETE DATA { <id/membership/reci-barcelona-1> org:organization <id/network/reci> } ;
INSERT DATA { <id/membership/reci-barcelona-1> org:organization <id/network/nowhere> }
