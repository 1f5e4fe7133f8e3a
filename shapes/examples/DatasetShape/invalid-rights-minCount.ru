# A dataset without a statement of rights.
DELETE DATA { <catalogue#dataset> dcterms:rights "Source: Council of Europe."@en }
