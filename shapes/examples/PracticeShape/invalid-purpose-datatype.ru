# A practice whose purpose has no language.
DELETE DATA { <id/practice/peer-mentors> icc:purpose "Newcomers find their way in the first year."@en } ;
INSERT DATA { <id/practice/peer-mentors> icc:purpose "Newcomers find their way in the first year." }
