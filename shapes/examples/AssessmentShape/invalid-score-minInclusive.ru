# An assessment with a number below zero.
DELETE DATA { <id/assessment/barcelona-2013-report> icc:score 64.5 } ;
INSERT DATA { <id/assessment/barcelona-2013-report> icc:score "-1.5"^^xsd:decimal }
