# An activity of nobody.
DELETE DATA { <catalogue#activity-texts> prov:wasAssociatedWith <catalogue#editors> }
