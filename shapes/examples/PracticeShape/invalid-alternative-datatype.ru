# A practice with another title that has no language.
DELETE DATA { <id/practice/peer-mentors> dcterms:alternative "Mentorat entre pairs"@fr } ;
INSERT DATA { <id/practice/peer-mentors> dcterms:alternative "Mentorat entre pairs" }
