# A practice whose start year is a number.
DELETE DATA { <id/practice/peer-mentors> icc:startYear "2013"^^xsd:gYear } ;
INSERT DATA { <id/practice/peer-mentors> icc:startYear 2013 }
