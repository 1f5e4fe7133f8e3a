# A city-topic link without a French label.
DELETE DATA { <id/city-topic/barcelona/education> rdfs:label "Barcelona – Éducation"@fr }
