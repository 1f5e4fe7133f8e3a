# A dataset without an English keyword.
DELETE DATA { <catalogue#dataset> dcat:keyword "intercultural city"@en }
