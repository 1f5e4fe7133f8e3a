# A membership whose printed name has a language.
DELETE DATA { <id/membership/reci-barcelona-1> icc:placeText "Barcelona" } ;
INSERT DATA { <id/membership/reci-barcelona-1> icc:placeText "Barcelona"@ca }
