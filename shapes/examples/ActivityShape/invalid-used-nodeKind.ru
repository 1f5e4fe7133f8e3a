# An activity that has used a text.
INSERT DATA { <catalogue#activity-texts> prov:used "the listing" }
