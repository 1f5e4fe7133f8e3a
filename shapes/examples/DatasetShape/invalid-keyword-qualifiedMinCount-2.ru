# A dataset without a French keyword.
DELETE DATA { <catalogue#dataset> dcat:keyword "cité interculturelle"@fr }
