# A city of a size class that does not exist.
DELETE DATA { <id/city/barcelona> icc:sizeClass icc:size-from-500000 } ;
INSERT DATA { <id/city/barcelona> icc:sizeClass icc:size-from-1000000 }
