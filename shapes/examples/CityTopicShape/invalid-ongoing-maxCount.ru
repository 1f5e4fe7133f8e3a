# A city-topic link that is ongoing and is not.
DELETE DATA { <id/city-topic/barcelona/education> icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/city-topic/barcelona/education> icc:ongoing true , false }
