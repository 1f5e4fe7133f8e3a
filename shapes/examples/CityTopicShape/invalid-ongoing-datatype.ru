# A city-topic link that says in words that it is ongoing.
INSERT DATA { <id/city-topic/barcelona/education> icc:ongoing "yes" }
