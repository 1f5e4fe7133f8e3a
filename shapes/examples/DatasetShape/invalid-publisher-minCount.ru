# A dataset without a publisher.
DELETE DATA { <catalogue#dataset> dcterms:publisher <#team> }
