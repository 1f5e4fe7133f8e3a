# A profile whose year has five digits.
DELETE DATA { <id/profile/barcelona-2012> icc:sharesYear "2012"^^xsd:gYear } ;
INSERT DATA { <id/profile/barcelona-2012> icc:sharesYear "12012"^^xsd:gYear }
