# A membership of one who was only present.
DELETE DATA { <id/membership/reci-barcelona-1> org:role icc:status-member } ;
INSERT DATA { <id/membership/reci-barcelona-1> org:role icc:status-present }
