# A profile without any figure.
DELETE DATA { <id/profile/barcelona-2012> icc:population 1620943 ; icc:populationYear "2012"^^xsd:gYear ;
  icc:majorityShare 82.6 ; icc:foreignBornShare 21.5 ; icc:nonNationalShare 17.4 ;
  icc:migrantBackgroundShare 25.5 ; icc:sharesYear "2012"^^xsd:gYear }
