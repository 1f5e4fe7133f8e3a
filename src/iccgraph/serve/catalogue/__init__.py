"""What the dataset says of itself to machines."""
