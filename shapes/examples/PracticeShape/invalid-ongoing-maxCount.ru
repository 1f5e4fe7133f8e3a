# A practice that is ongoing and is not.
DELETE DATA { <id/practice/peer-mentors> icc:lastYear "2019"^^xsd:gYear } ;
INSERT DATA { <id/practice/peer-mentors> icc:ongoing true }
