# A city-topic link with a practice that is not described.
INSERT DATA { <id/city-topic/barcelona/education> icc:practice <id/practice/nowhere> }
