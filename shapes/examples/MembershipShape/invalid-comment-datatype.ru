# A membership with a note in no language.
DELETE DATA { <id/membership/reci-barcelona-1> rdfs:comment "One of the ten founders"@en } ;
INSERT DATA { <id/membership/reci-barcelona-1> rdfs:comment "One of the ten founders" }
