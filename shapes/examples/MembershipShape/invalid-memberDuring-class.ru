# A membership whose interval is not described.
DELETE DATA { <id/membership/reci-barcelona-1> org:memberDuring <id/membership/reci-barcelona-1#during> } ;
INSERT DATA { <id/membership/reci-barcelona-1> org:memberDuring <id/membership/reci-barcelona-1#never> }
