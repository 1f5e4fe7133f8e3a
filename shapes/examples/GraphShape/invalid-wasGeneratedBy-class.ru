# A graph whose activity is not described.
INSERT DATA { <graph/texts> prov:wasGeneratedBy <catalogue#activity-nowhere> }
