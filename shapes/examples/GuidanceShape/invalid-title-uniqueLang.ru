# A document with two English titles.
INSERT DATA { <id/guidance/step-by-step> dcterms:title "One step"@en }
