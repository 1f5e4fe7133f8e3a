# An activity of a text.
INSERT DATA { <catalogue#activity-texts> prov:wasAssociatedWith "editors" }
