# A scheme without a French description.
DELETE DATA { <id/scheme/index> dcterms:description "Les thèmes du questionnaire."@fr }
