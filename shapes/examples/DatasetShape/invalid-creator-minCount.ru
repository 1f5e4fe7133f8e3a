# A dataset without a creator.
DELETE DATA { <catalogue#dataset> dcterms:creator <#team> }
