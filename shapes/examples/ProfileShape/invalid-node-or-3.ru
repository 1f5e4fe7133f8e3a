# Shares without their year.
DELETE DATA { <id/profile/barcelona-2012> icc:sharesYear "2012"^^xsd:gYear }
