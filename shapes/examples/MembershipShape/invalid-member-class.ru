# A membership about a place that is not described.
DELETE DATA { <id/membership/reci-barcelona-1> org:member <id/city/barcelona> } ;
INSERT DATA { <id/membership/reci-barcelona-1> org:member <id/city/atlantis> }
