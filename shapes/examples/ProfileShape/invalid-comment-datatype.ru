# A profile with a note in no language.
DELETE DATA { <id/profile/barcelona-2012> rdfs:comment "On 1 January"@en } ;
INSERT DATA { <id/profile/barcelona-2012> rdfs:comment "On 1 January" }
