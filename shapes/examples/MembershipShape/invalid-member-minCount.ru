# A membership about no place.
DELETE DATA { <id/membership/reci-barcelona-1> org:member <id/city/barcelona> }
