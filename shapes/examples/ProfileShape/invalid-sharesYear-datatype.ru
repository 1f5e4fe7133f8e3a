# A profile whose year is a number.
DELETE DATA { <id/profile/barcelona-2012> icc:sharesYear "2012"^^xsd:gYear } ;
INSERT DATA { <id/profile/barcelona-2012> icc:sharesYear 2012 }
