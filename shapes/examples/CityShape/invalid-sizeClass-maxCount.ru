# A city of two size classes.
INSERT DATA { <id/city/barcelona> icc:sizeClass icc:size-from-100000 }
