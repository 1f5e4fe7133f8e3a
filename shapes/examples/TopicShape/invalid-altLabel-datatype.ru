# A topic with another label that has no language.
DELETE DATA { <id/topic/education> skos:altLabel "Schools"@en } ;
INSERT DATA { <id/topic/education> skos:altLabel "Schools" }
