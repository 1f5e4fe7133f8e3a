# A graph of which it is not said how it was made.
DELETE DATA { <graph/texts> prov:wasGeneratedBy <catalogue#activity-texts> }
