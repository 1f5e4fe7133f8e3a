# A city-topic link without a practice.
DELETE DATA { <id/city-topic/barcelona/education> icc:practice <id/practice/peer-mentors> }
