# A practice whose translated title stands beside its own instead of among the other titles.
INSERT DATA { <id/practice/peer-mentors> dcterms:title "Mentorat entre pairs"@fr }
