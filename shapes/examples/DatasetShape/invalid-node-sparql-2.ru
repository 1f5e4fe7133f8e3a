# Two topics of one scheme with the same English label.
INSERT { <id/topic/language> ?p ?o }
WHERE { <id/topic/education> ?p ?o FILTER (?o != "Éducation"@fr) } ;
INSERT DATA { <id/topic/language> skos:prefLabel "Langue"@fr }
