# A city with two figures of population.
INSERT DATA { <id/city/barcelona> icc:population 1600000 }
