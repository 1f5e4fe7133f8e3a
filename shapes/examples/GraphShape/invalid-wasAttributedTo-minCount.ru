# A graph of which nobody says who says what is in it.
DELETE DATA { <graph/texts> prov:wasAttributedTo <catalogue#editors> }
