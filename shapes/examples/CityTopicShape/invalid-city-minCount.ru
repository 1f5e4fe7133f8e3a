# A city-topic link without a city.
DELETE DATA { <id/city-topic/barcelona/education> icc:city <id/city/barcelona> }
