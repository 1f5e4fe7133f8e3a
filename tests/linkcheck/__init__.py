"""`iccgraph check-links`, against a real server that stands in for the sites."""
