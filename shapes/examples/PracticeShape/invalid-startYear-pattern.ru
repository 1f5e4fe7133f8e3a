# A practice whose start year has five digits.
DELETE DATA { <id/practice/peer-mentors> icc:startYear "2013"^^xsd:gYear } ;
INSERT DATA { <id/practice/peer-mentors> icc:startYear "12013"^^xsd:gYear }
