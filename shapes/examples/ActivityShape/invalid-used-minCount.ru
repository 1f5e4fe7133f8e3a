# An activity that has used nothing.
DELETE DATA { <catalogue#activity-texts> prov:used <https://example.org/list> }
