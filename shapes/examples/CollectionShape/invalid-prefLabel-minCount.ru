# A group of topics without a French label.
DELETE DATA { <id/topic/lens> skos:prefLabel "Regard interculturel"@fr }
